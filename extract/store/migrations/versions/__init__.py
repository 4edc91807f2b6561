"""One file per revision; a committed one is never changed."""
