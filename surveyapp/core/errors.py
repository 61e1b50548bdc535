"""The base of every error that a user can mend."""


class DomainError(Exception):
    """Something a user can mend; its message is the text shown to them.

    The named subclasses stand beside the functions that raise them.
    """
