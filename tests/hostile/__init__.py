"""Inputs made to do harm, by a script; see ``make_hostile.py``."""
