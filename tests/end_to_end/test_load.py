"""When a camera that takes much of the recorder's thread is a flood, and when it is only busy for a moment."""

from minhbach.edge.recorder.load import CREDIT_US, SHARE_US, Load


def test_a_camera_within_its_share_is_never_a_flood():
    load = Load()
    assert not any(load.exceeds(SHARE_US) for _ in range(100_000))


def test_a_busy_moment_is_forgiven_when_it_is_over():
    load = Load()
    for _ in range(20):
        assert not load.exceeds(CREDIT_US)
        assert not any(load.exceeds(1_000) for _ in range(30))


def test_a_camera_that_takes_most_of_each_tick_is_cut_within_two_seconds_and_may_begin_anew():
    load = Load()
    assert [load.exceeds(70_000) for _ in range(11)] == [False] * 10 + [True]
    assert not load.exceeds(70_000)
