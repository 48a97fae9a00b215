"""A lost link is regained for a bounded time, and only where the same instrument is as it was left."""

from typing import ClassVar

import pytest

from bench.core.errors import LinkLostError, SafeStateError
from drivers import settings
from drivers.base import Driver
from drivers.error_queue import ErrorQueue
from drivers.safe_state import bring_to_safe, urgent

LEVEL = settings.number("level_V", ":LEV", tolerance=0.0)
OUTPUT = settings.switch("output", ":OUTP")


class Box(Driver):
    identity_pattern = "ACME,BOX"
    error_queue: ClassVar = ErrorQueue()
    event_query: ClassVar = "*ESR?"
    readable: ClassVar = (LEVEL, OUTPUT)
    has_output: ClassVar = True

    def make_safe(self):
        with urgent(self._link) as port:
            steps = [("output off", lambda: port.write(":OUTP OFF"))]
            return bring_to_safe(self.name, steps, lambda: self._off(port))

    def _off(self, port):
        on = settings.get(port, OUTPUT)
        return not on, f"output {'ON' if on else 'off'}"


class Line:
    """An instrument behind a plug: its settings live on while the plug is out."""

    def __init__(self, clock):
        self.clock = clock
        self.held = {":LEV": "0.0", ":OUTP": "0"}
        self.identity = "ACME,BOX,77,1.0"
        self.event = 128
        self.out_until = 0.0  # the plug is out, until this clock second
        self.session = True
        self.opened = []
        self.sent = []
        self.got = []
        self.cut = None  # (message, whether it arrives) at which the plug is pulled
        self.cut_for = 0.0
        self.replies = []
        self.on_return = lambda: None

    def pull(self, seconds):
        self.session = False
        self.out_until = self.clock.now() + seconds

    def write(self, command):
        self.sent.append(command)
        self._usable()
        if self.cut is not None and self.cut[0] == command:
            arrives = self.cut[1]
            self.cut = None
            if arrives:
                self._obey(command)
            self.pull(self.cut_for)
            self._usable()
        self._obey(command)

    def read(self):
        self._usable()
        if not self.replies:
            raise TimeoutError("nothing said")
        return self.replies.pop(0)

    def flush_read_buffer(self):
        self._usable()
        self.replies.clear()

    def close(self):
        self.session = False

    def reopen(self):
        self.opened.append(self.clock.now())
        if self.clock.now() < self.out_until:
            raise ConnectionRefusedError("no route")
        self.session = True
        self.replies.clear()
        self.on_return()

    def _usable(self):
        if not self.session:
            raise ConnectionResetError("the plug is out")

    def _obey(self, command):
        self.got.append(command)
        head, _, value = command.partition(" ")
        if command == "*IDN?":
            self.replies.append(self.identity)
        elif command == "*ESR?":
            self.replies.append(str(self.event))
            self.event = 0
        elif command == ":SYST:ERR?":
            self.replies.append('0,"No error"')
        elif command.endswith("?"):
            self.replies.append(self.held[command[:-1]])
        else:
            self.held[head] = {"ON": "1", "OFF": "0"}.get(value, value)


class Watch:
    def __init__(self):
        self.events = []
        self.patience = True

    def told(self, event):
        self.events.append(event)

    def patient(self, instrument):
        return self.patience

    @property
    def kinds(self):
        return [event.kind for event in self.events]


@pytest.fixture
def line(clock):
    return Line(clock)


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def box(line, clock, watch):
    driver = Box(line, name="box", clock=clock)
    driver.watch_link(watch)
    driver.connect()
    driver._put(LEVEL, 1.5)
    driver._put(OUTPUT, True)
    line.sent.clear()
    line.got.clear()
    return driver


def test_a_query_waits_for_the_link_and_is_asked_again(box, line, clock, watch):
    line.pull(10.0)
    assert box._get(LEVEL) == 1.5
    assert 10.0 <= clock.now() <= 13.0
    assert watch.kinds == ["link lost", "link back"]
    lost, back = watch.events
    assert (lost.instrument, lost.command) == ("box", ":LEV?")
    assert back.duration_s == pytest.approx(line.opened[-1])
    assert back.attempts == len(line.opened) > 3
    assert [command for command in line.got if not command.endswith("?")] == []


def test_the_pauses_grow_and_are_bounded(box, line):
    line.pull(25.0)
    box._get(LEVEL)
    pauses = [after - before for before, after in zip(line.opened, line.opened[1:], strict=False)]
    assert pauses[:4] == [0.25, 0.5, 1.0, 2.0]
    assert max(pauses) == 2.0


def test_past_the_bound_it_is_given_up_and_later_tried_without_waiting(box, line, clock, watch):
    line.pull(10**6)
    with pytest.raises(LinkLostError, match="did not come back within 30 s") as caught:
        box._get(LEVEL)
    assert clock.now() <= 30.0
    assert caught.value.instrument == "box"
    assert watch.kinds == ["link lost", "link given up"]
    before, tries = clock.now(), len(line.opened)
    with pytest.raises(LinkLostError):
        box._get(LEVEL)
    assert (clock.now(), len(line.opened)) == (before, tries + 1)
    line.out_until = 0.0
    assert box._get(LEVEL) == 1.5
    assert watch.kinds[-1] == "link back"


@pytest.mark.parametrize("limit_s", [0, 0.0])
def test_without_patience_a_lost_link_is_lost_at_once(line, clock, limit_s):
    driver = Box(line, name="box", clock=clock, reconnect_s=limit_s)
    driver.connect()
    line.pull(0.0)
    with pytest.raises(LinkLostError):
        driver._get(LEVEL)
    assert line.opened == []
    assert clock.now() == 0.0


def test_the_bound_is_the_stations(line, clock):
    driver = Box(line, name="box", clock=clock, reconnect_s=3)
    driver.connect()
    line.pull(5.0)
    with pytest.raises(LinkLostError, match="within 3 s"):
        driver._get(LEVEL)
    assert clock.now() <= 3.0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda line: setattr(line, "identity", "ACME,BOX,78,1.0"), "'ACME,BOX,78,1.0' answers where"),
        (lambda line: setattr(line, "event", 128), "switched on anew"),
        (lambda line: line.held.update({":OUTP": "0"}), "output was True and is False"),
        (lambda line: line.held.update({":LEV": "1.25"}), "level_V was 1.5 and is 1.25"),
    ],
)
def test_who_comes_back_otherwise_is_left_alone(box, line, watch, change, said):
    line.on_return = lambda: change(line)
    line.pull(1.0)
    with pytest.raises(LinkLostError, match=said):
        box._get(LEVEL)
    assert watch.kinds == ["link lost", "link given up"]
    line.on_return = lambda: None
    line.got.clear()
    with pytest.raises(LinkLostError, match=said):  # for good: having been asked, it would not say so again
        box._get(LEVEL)
    with pytest.raises(LinkLostError):
        box._put(LEVEL, 2.0)
    assert line.got == []


def test_a_power_on_that_cannot_be_read_is_taken_for_one(box, line):
    line.on_return = lambda: setattr(line, "cut", ("*ESR?", True))
    line.pull(1.0)
    with pytest.raises(LinkLostError, match="switched on anew could not be read"):
        box._get(LEVEL)


def test_a_power_on_before_the_connection_is_no_news(box, line):
    assert line.event == 0  # read when it was connected
    line.pull(1.0)
    assert box._get(LEVEL) == 1.5


def test_connecting_anew_trusts_nothing_of_before(box, line):
    line.on_return = lambda: setattr(line, "event", 128)
    line.pull(1.0)
    with pytest.raises(LinkLostError):
        box._get(LEVEL)
    line.session = True
    box.connect()
    assert box._get(LEVEL) == 1.5


# ---- writes


def test_a_lost_setting_that_arrived_is_not_sent_again(box, line):
    line.cut, line.cut_for = (":LEV 2.0", True), 5.0
    assert box._put(LEVEL, 2.0) == 2.0
    assert line.got.count(":LEV 2.0") == 1


def test_a_lost_setting_that_did_not_arrive_is_sent_once_more(box, line):
    line.cut, line.cut_for = (":LEV 2.0", False), 5.0
    assert box._put(LEVEL, 2.0) == 2.0
    assert line.sent.count(":LEV 2.0") == 2
    assert line.got.count(":LEV 2.0") == 1


def test_a_setting_lost_over_its_read_back_is_not_sent_again(box, line):
    line.cut, line.cut_for = (":LEV?", False), 5.0
    assert box._put(LEVEL, 2.0) == 2.0
    assert line.got.count(":LEV 2.0") == 1


@pytest.mark.parametrize("arrives", [True, False])
def test_a_command_that_leaves_nothing_to_read_back_is_never_sent_again(box, line, arrives):
    line.cut = (":TRIG NOW", arrives)
    with pytest.raises(LinkLostError, match="TRIG"):
        settings.do(box._link, ":TRIG NOW")
    assert line.sent.count(":TRIG NOW") == 1
    assert line.opened == []


def test_what_a_raw_message_may_have_changed_is_not_compared(box, line):
    box.write(":LEV 3.0")
    line.pull(1.0)
    assert box._get(LEVEL) == 3.0


# ---- waiting no longer


def test_who_watches_may_end_the_wait(box, line, clock, watch):
    line.pull(10**6)

    def later():
        clock.sleep(5.0)
        watch.patience = False

    clock.spawn(later, name="abort")
    with pytest.raises(LinkLostError, match="before the run was stopped"):
        box._get(LEVEL)
    assert clock.now() <= 7.0


def test_a_closed_driver_opens_nothing(box, line):
    box.close()
    with pytest.raises(LinkLostError):
        box._get(LEVEL)
    assert line.opened == []


def test_a_watcher_that_fails_changes_nothing(box, line, watch):
    watch.told = lambda event: 1 / 0
    line.pull(1.0)
    assert box._get(LEVEL) == 1.5


# ---- making safe


def test_make_safe_waits_a_short_while_and_then_does_every_step_again(box, line, clock, watch):
    line.pull(3.0)
    report = box.make_safe()
    assert (report.verified, report.state) == (True, "output off")
    assert line.held[":OUTP"] == "0"
    assert clock.now() <= 5.0
    assert watch.kinds == ["link lost", "link back"]


def test_who_has_no_patience_still_wants_it_safe(box, line, watch):
    watch.patience = False
    line.pull(3.0)
    assert box.make_safe().verified


def test_make_safe_gives_up_within_its_own_bound_and_is_loud(box, line, clock):
    line.pull(10**6)
    with pytest.raises(SafeStateError, match="could not be verified"):
        box.make_safe()
    assert clock.now() <= 5.0


def test_make_safe_reaches_one_that_was_switched_on_anew_but_nobody_else(box, line):
    line.on_return = lambda: setattr(line, "event", 128)
    line.pull(1.0)
    with pytest.raises(LinkLostError):
        box._get(LEVEL)
    assert box.make_safe().verified
    line.identity = "ACME,BOX,78,1.0"
    line.pull(1.0)
    line.got.clear()
    with pytest.raises(SafeStateError, match=r"'ACME,BOX,78,1\.0' answers where"):
        box.make_safe()
    assert [command for command in line.got if not command.endswith("?")] == []
