"""Files that others can read: tables and Follow the Money, in and out."""
