"""Draws random state anew for each request, because the image has the same state for all requests."""

import random
import sys
import weakref

_unseeded = weakref.WeakSet()
_original_init = random.Random.__init__


def _init(self, x=None):
    _original_init(self, x)
    if x is None:
        _unseeded.add(self)


def watch():
    """Notes each generator that is made without a seed, also those that a program makes when it loads."""
    random.Random.__init__ = _init
    _unseeded.add(random._inst)


def draw():
    for generator in list(_unseeded):
        generator.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()
