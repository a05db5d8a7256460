"""The one error of the allocation engine, with a message that a person can act on."""


class AllocationError(ValueError):
    """The input cannot be allocated, or a question about it has no answer; the message says why."""
