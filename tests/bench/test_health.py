"""The bench of health finds what is broken in its clips, and the clips are the same every time."""

from collections import Counter

import numpy as np

from minhbach.bench import clips, health


def test_one_clip_of_each_kind_is_found_and_a_sound_one_is_not_alarmed() -> None:
    some = [next(clip for clip in clips.broken_clips(2) if clip.fault == kind) for kind in clips.WAYS]
    told = health.play([clips.sound_clips(1)[0], *some])
    assert told[0].began == ()
    assert [each.found_s is not None for each in told[1:]] == [True] * 5


def test_the_evaluation_has_a_hundred_sound_clips_of_five_stories_and_every_way_to_break() -> None:
    sound, broken = clips.sound_clips(), clips.broken_clips()
    assert Counter(clip.story for clip in sound) == dict.fromkeys(("static", "night", "lights", "people", "mixed"), 20)
    assert len(broken) >= 100
    assert {(clip.fault, clip.how) for clip in broken} == {
        (fault, how) for fault, ways in clips.WAYS.items() for how in ways
    }


def test_a_clip_is_the_same_at_every_run() -> None:
    clip = clips.sound_clips()[7]
    assert clips.sound_clips()[7] == clip
    first, again = clips.Film(clip), clips.Film(clip)
    assert first.gop(1) == again.gop(1)
    sounds = [list(clips.heard(clip, 8000, 2)) for _ in range(2)]
    assert all(np.array_equal(one, other) for one, other in zip(*sounds, strict=True))
