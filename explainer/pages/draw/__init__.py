"""The Draw page: the pad, why it is read so, and what it can be taught."""
