"""Many inputs: what the command line's paths stand for, and running them side by side."""
