"""One camera for many viewers: what is lost, broken or silent costs the least it can."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from minhbach.centre.stream.outbox import Outbox
from minhbach.centre.stream.relay import Form, Piece, Relay, Relays, Viewer
from minhbach.centre.stream.watching import Watching
from minhbach.centre.stream.wire import Tile
from minhbach.fmp4 import AudioConfig, VideoConfig
from minhbach.protocol.footage import HOLE, SYNC, Answer, End, Packet, SampleHead

BEGIN_US = 1_797_000_000_000_000
STEP_US = 100_000
PICTURE = VideoConfig("h264", (bytes.fromhex("6742c01e95a0280bfe5c04"), bytes.fromhex("68ce3c80")), False, 640, 360)
SOUND = AudioConfig("alaw", 8_000, 1)
NAL = b"\x00\x00\x00\x04\x65abc"


class Fabric:
    """A fabric with one recorder at its other end, which says what the test tells it to."""

    def __init__(self):
        self.live = self
        self.asked = []
        self.burst: list[Packet] = []
        self.answer = Answer(True, "main", "run1")
        self.next = {"picture": 0, "sound": 0}
        self.hear = {}

    @asynccontextmanager
    async def channel(self, line, recorder, hear, name=None):
        name = name or f"fresh{len(self.asked)}"
        self.hear[name] = hear
        try:
            yield name
        finally:
            await asyncio.sleep(0)  # as a real one, which says goodbye to a server
            del self.hear[name]

    async def ask_live(self, recorder, asked):
        self.asked.append(asked)
        if asked.burst:
            for packet in self.burst:
                await self.hear[asked.burst](packet)
            await self.hear[asked.burst](End(picture=self.next["picture"], sound=self.next["sound"]))
        return self.answer

    async def send(self, *packets):
        for packet in packets:
            name = f"q_main_{packet.track}"
            if name in self.hear:
                await self.hear[name](packet)


class Camera:
    """Makes packets as a recorder numbers them."""

    def __init__(self, fabric):
        self.fabric = fabric
        self.index = 0

    def picture(self, *, key=False, flags=0, data=NAL):
        head = SampleHead(len(data), 0, 0, STEP_US, (SYNC if key else 0) | flags)
        packet = Packet("picture", self.number("picture"), self.now_us, (head,), data, PICTURE if key else None)
        self.index += 1
        return packet

    def sound(self, ms=100):
        size = ms * 8
        head = SampleHead(size, 0, 0, ms * 1000, SYNC)
        return Packet("sound", self.number("sound"), self.now_us, (head,), b"\x55" * size, SOUND)

    def number(self, track):
        number = self.fabric.next[track]
        self.fabric.next[track] = number + 1
        return number

    @property
    def now_us(self):
        return BEGIN_US + self.index * STEP_US


class Page:
    def __init__(self, sound=False):
        self.forms: list[Form] = []
        self.pieces: list[Piece] = []
        self.viewer = Viewer(self.forms.append, self.pieces.append, sound)

    @property
    def shown_us(self):
        return [piece.begin_us - BEGIN_US for piece in self.pieces if piece.track == "picture"]

    @property
    def sounds(self):
        return [piece for piece in self.pieces if piece.track == "sound"]


@pytest.fixture
def fabric():
    return Fabric()


@pytest.fixture
def camera(fabric):
    return Camera(fabric)


def run(work):
    asyncio.run(asyncio.wait_for(work, 20))


def relay_of(fabric):
    return Relay(fabric, "r/q", ("h264",), small=False)


def steps(*numbers):
    return [number * STEP_US for number in numbers]


def test_a_newcomer_gets_the_group_of_pictures_at_hand_and_then_what_comes(fabric, camera):
    async def work():
        relay, page = relay_of(fabric), Page()
        fabric.burst = [camera.picture(key=True), camera.picture(), camera.picture()]
        await relay.join(page.viewer, "token", sound=page.viewer.sound, key=False)
        assert page.shown_us == steps(0, 1, 2)
        await fabric.send(camera.picture())
        assert page.shown_us == steps(0, 1, 2, 3)
        assert page.pieces[0].key
        assert len(page.forms) == 1
        await relay.close()
        assert not fabric.hear

    run(work())


def test_a_second_viewer_is_announced_to_the_recorder_before_a_byte_and_costs_no_burst(fabric, camera):
    async def work():
        relay, first, second = relay_of(fabric), Page(), Page()
        fabric.burst = [camera.picture(key=True), camera.picture()]
        await relay.join(first.viewer, "one", sound=first.viewer.sound, key=False)
        await relay.join(second.viewer, "two", sound=second.viewer.sound, key=False)
        assert [(asked.token, asked.burst is not None) for asked in fabric.asked] == [("one", True), ("two", False)]
        assert second.shown_us == first.shown_us == steps(0, 1)

    run(work())


def test_who_comes_when_the_last_one_has_just_gone_gets_no_picture_of_before(fabric, camera):
    """While nobody's lease lives the recorder sends nothing, and what is at hand grows old."""

    async def work():
        relay, first, second = relay_of(fabric), Page(), Page()
        fabric.burst = [camera.picture(key=True)]
        await relay.join(first.viewer, "one", sound=first.viewer.sound, key=False)
        relay.leave(first.viewer)
        for _ in range(30):
            camera.picture()
        fabric.burst = [camera.picture(key=True), camera.picture()]
        await relay.join(second.viewer, "two", sound=second.viewer.sound, key=False)
        assert second.shown_us == steps(31, 32)

    run(work())


def test_a_viewer_whom_the_recorder_refuses_gets_nothing(fabric, camera):
    async def work():
        relay, first, second = relay_of(fabric), Page(), Page()
        fabric.burst = [camera.picture(key=True)]
        await relay.join(first.viewer, "one", sound=first.viewer.sound, key=False)
        fabric.answer = Answer(False, code="expired", vi="-", en="-")
        await relay.join(second.viewer, "two", sound=second.viewer.sound, key=False)
        await fabric.send(camera.picture())
        assert (first.shown_us, second.shown_us) == (steps(0, 1), [])

    run(work())


def test_after_a_loss_nothing_goes_out_before_the_next_key_frame(fabric, camera):
    async def work():
        relay, page = relay_of(fabric), Page()
        fabric.burst = [camera.picture(key=True)]
        await relay.join(page.viewer, "token", sound=page.viewer.sound, key=False)
        camera.picture()
        await fabric.send(camera.picture(), camera.picture(), camera.picture(key=True), camera.picture())
        assert page.shown_us == steps(0, 4, 5)

    run(work())


@pytest.mark.parametrize("broken", [b"\x00\x00\x00\x09\x65abc", b"abc", b""])
def test_a_picture_whose_nal_units_do_not_tile_it_is_left_out_and_no_newcomer_gets_its_group(fabric, camera, broken):
    async def work():
        relay, page, newcomer = relay_of(fabric), Page(), Page()
        fabric.burst = [camera.picture(key=True)]
        await relay.join(page.viewer, "token", sound=page.viewer.sound, key=False)
        await fabric.send(camera.picture(data=broken), camera.picture())
        assert page.shown_us == steps(0, 2)
        await relay.join(newcomer.viewer, "token", sound=newcomer.viewer.sound, key=False)
        await fabric.send(camera.picture(), camera.picture(key=True))
        assert newcomer.shown_us == steps(4)

    run(work())


def test_a_damaged_picture_is_left_out(fabric, camera):
    async def work():
        relay, page = relay_of(fabric), Page()
        fabric.burst = [camera.picture(key=True)]
        await relay.join(page.viewer, "token", sound=page.viewer.sound, key=False)
        await fabric.send(camera.picture(flags=HOLE), camera.picture())
        assert page.shown_us == steps(0, 2)

    run(work())


def test_a_player_that_choked_gets_what_comes_after_the_next_key_frame_and_not_the_same_again(fabric, camera):
    async def work():
        relay, page = relay_of(fabric), Page()
        fabric.burst = [camera.picture(key=True), camera.picture()]
        await relay.join(page.viewer, "token", sound=page.viewer.sound, key=False)
        page.pieces.clear()
        await relay.join(page.viewer, "token", sound=page.viewer.sound, key=True)
        await fabric.send(camera.picture(), camera.picture(key=True))
        assert page.shown_us == steps(3)
        assert len(page.forms) == 2

    run(work())


def test_a_microphone_that_falls_silent_does_not_freeze_the_picture(fabric, camera):
    async def work():
        relay, page = relay_of(fabric), Page(sound=True)
        fabric.burst = [camera.sound(), camera.picture(key=True)]
        await relay.join(page.viewer, "token", sound=page.viewer.sound, key=False)
        for _ in range(50):
            await fabric.send(camera.picture())
        heard_until_us = page.sounds[-1].end_us
        assert camera.now_us - heard_until_us < 400_000
        await fabric.send(camera.sound(), camera.picture(), camera.sound(), camera.picture())
        assert page.sounds[-1].end_us > heard_until_us

    run(work())


def test_sound_goes_only_to_who_may_hear_it(fabric, camera):
    async def work():
        relay, listener, viewer = relay_of(fabric), Page(sound=True), Page()
        fabric.burst = [camera.sound(), camera.picture(key=True)]
        await relay.join(listener.viewer, "token", sound=listener.viewer.sound, key=False)
        await relay.join(viewer.viewer, "token", sound=viewer.viewer.sound, key=False)
        await fabric.send(camera.sound(), camera.picture())
        assert listener.sounds
        assert not viewer.sounds

    run(work())


def test_another_size_of_the_picture_is_another_form_from_its_first_key_frame_on(fabric, camera):
    async def work():
        relay, page = relay_of(fabric), Page()
        fabric.burst = [camera.picture(key=True)]
        await relay.join(page.viewer, "token", sound=page.viewer.sound, key=False)
        changed = camera.picture(key=True)
        larger = VideoConfig("h264", (b"\x67\x64\x00\x1f\xac", PICTURE.sets[1]), False, 1280, 720)
        await fabric.send(Packet("picture", changed.sequence, changed.base_us, changed.heads, changed.data, larger))
        assert [form.picture.config.width for form in page.forms if form.picture] == [640, 1280]
        assert page.shown_us == steps(0, 1)

    run(work())


def test_a_recorder_that_was_started_again_is_asked_anew_with_the_next_renewal(fabric, camera):
    async def work():
        relay, page = relay_of(fabric), Page()
        fabric.burst = [camera.picture(key=True)]
        await relay.join(page.viewer, "token", sound=page.viewer.sound, key=False)
        fabric.answer = Answer(True, "main", "run2")
        fabric.next = {"picture": 0, "sound": 0}
        fabric.burst = [camera.picture(key=True), camera.picture()]
        await relay.renew([page.viewer], "next")
        assert page.shown_us == steps(0, 1, 2)

    run(work())


def test_a_camera_that_comes_back_shows_itself_without_a_word_of_the_page(fabric, camera):
    async def work():
        relay, page = relay_of(fabric), Page()
        fabric.answer = Answer(False, code="camera_unreachable", vi="-", en="-", since_us=5)
        assert not (await relay.join(page.viewer, "token", sound=page.viewer.sound, key=False)).ok
        await fabric.send(camera.picture(key=True), camera.picture())
        assert page.shown_us == steps(0, 1)

    run(work())


def test_silence_in_place_of_sound_is_said_to_be_that(fabric, camera):
    async def work():
        relay, page = relay_of(fabric), Page(sound=True)
        fabric.burst = [camera.sound(), camera.picture(key=True)]
        await relay.join(page.viewer, "token", sound=True, key=False)
        await fabric.send(camera.sound(), camera.picture())
        assert all(piece.real for piece in page.sounds)
        for _ in range(10):
            await fabric.send(camera.picture())
        assert not page.sounds[-1].real
        await fabric.send(camera.sound(400))
        assert page.sounds[-1].real

    run(work())


def test_the_same_camera_twice_on_a_page_is_asked_for_once_and_its_sound_stays(fabric, camera):
    """A tile without sound beside one with it must not take the sound away with each renewal."""

    async def work():
        outbox, relays = Outbox(), Relays(fabric)
        watching = Watching(relays, outbox, [Tile("r/q", True), Tile("r/q", False)], ("h264",), 1)
        watching.limit(["r/q"], sound=True)
        fabric.burst = [camera.sound(), camera.picture(key=True)]
        await watching.begin("token")
        await watching.renew("next")
        assert [asked.sound for asked in fabric.asked] == [True, True, True]
        await watching.sleep(0)
        await watching.renew("after")
        assert [asked.sound for asked in fabric.asked[3:]] == [False]
        await watching.sleep(1)
        await watching.renew("last")
        assert len(fabric.asked) == 4
        assert not fabric.hear
        await watching.end()

    run(work())


def test_pages_that_go_at_the_same_time_trip_over_nobody(fabric, camera):
    async def work():
        relays = Relays(fabric)
        for name in ("r/a", "r/b", "r/c"):
            page = Page()
            relay = relays.of(name, ("h264",), small=False)
            await relay.join(page.viewer, "token", sound=False, key=False)
            relay.leave(page.viewer)
        await asyncio.gather(*(relays.tidy() for _ in range(4)))
        assert not fabric.hear

    run(work())
