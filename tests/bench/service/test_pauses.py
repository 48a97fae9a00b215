"""What is loaded when a service is up takes no part in later collections; what comes later does."""

import gc
import weakref

import pytest

from bench.service.pauses import spare_what_is_loaded


class Node:
    """Part of a cycle."""


@pytest.fixture
def spared():
    spare_what_is_loaded()
    yield
    gc.unfreeze()


def test_later_collections_leave_out_what_is_there(spared):
    later = [[] for _ in range(1000)]
    looked_at = gc.get_objects()
    assert gc.get_freeze_count() > 10 * len(looked_at) > 10 * len(later)


def test_a_cycle_made_later_is_still_found(spared):
    one = Node()
    one.itself = one
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None
