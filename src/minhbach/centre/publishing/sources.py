"""What a figure is counted from: one question to PostgreSQL for all that happens at a moment, one for what lasts.

Owns which event counts under which code, and which unit it counts for: the one that held the room at that moment, from
the day on which the room went into service; of a room that was never handed over nothing counts. Every event has a
room, a moment, a value and what it is about, so that the same question gives a figure and the rows behind it. Times
come as windows: a day each for the daily count, the whole period at once for the recount; both use the same events and
never each other's sums.
"""

from dataclasses import dataclass

from minhbach.centre.oversight import counts
from minhbach.centre.reception import figures as reception
from minhbach.centre.words import Words


@dataclass(frozen=True, slots=True)
class Source:
    """What is counted under a code. `base`: where nothing of it is there, nothing was counted; `route`: its page."""

    code: str
    words: Words
    base: str
    route: str = ""


ROOMS, CAMERAS, COUNTERS = "rooms", "cameras", "counters"
#: What lasts is counted in microseconds.
RECORDED, MISSING, UNKNOWN = "recorded_us", "missing_us", "unknown_us"
SOURCES = {
    source.code: source
    for source in (
        Source("gaps", Words("Đoạn không có hình", "Stretches without footage"), CAMERAS),
        Source("faults", Words("Sự cố phát sinh", "Faults that arose"), CAMERAS, "fault"),
        Source("faults_ended", Words("Sự cố đã khắc phục", "Faults that ended"), CAMERAS, "fault"),
        Source("viewings_live", Words("Lượt xem trực tiếp", "Live viewings"), CAMERAS),
        Source("viewings_playback", Words("Lượt xem lại", "Playbacks"), CAMERAS),
        Source("holds", Words("Lần giữ lại hình", "Holds"), CAMERAS, "hold"),
        Source("extractions", Words("Đề nghị trích xuất", "Extractions"), CAMERAS, "extraction"),
        Source("extractions_handed", Words("Bản trích xuất đã bàn giao", "Packages given"), CAMERAS, "extraction"),
        Source("subjects", Words("Yêu cầu của công dân về bản ghi", "Requests about recordings"), CAMERAS, "subject"),
        Source("assessed_people", Words("Thời điểm do người đánh giá", "Moments assessed by people"), ROOMS),
        Source("assessed_machines", Words("Giờ làm việc máy theo dõi", "Office time machines watched"), ROOMS, "draw"),
        Source("findings", Words("Phát hiện qua giám sát", "Findings"), ROOMS, "finding"),
        Source("findings_gap", Words("Mất hình không rõ lý do", "Footage missing without a cause"), ROOMS, "finding"),
        Source("findings_explained", Words("Lần đơn vị giải trình", "Explanations by units"), ROOMS, "finding"),
        Source("findings_concluded", Words("Phát hiện đã kết luận", "Findings concluded"), ROOMS, "finding"),
        Source("findings_upheld", Words("Kết luận có vi phạm", "Findings upheld"), ROOMS, "finding"),
        Source("findings_unfounded", Words("Kết luận không có vi phạm", "Findings not upheld"), ROOMS, "finding"),
        Source("findings_withdrawn", Words("Phát hiện đã rút", "Findings withdrawn"), ROOMS, "finding"),
        Source("findings_lawful", Words("Đoạn mất hình đã rõ lý do", "Gaps whose cause was found"), ROOMS, "finding"),
        Source("corrections", Words("Yêu cầu khắc phục", "Corrections asked for"), ROOMS, "finding"),
        Source("corrections_done", Words("Việc khắc phục được chấp nhận", "Corrections accepted"), ROOMS, "finding"),
        Source("measures", Words("Hình thức xử lý đã đề nghị, quyết định", "Measures proposed or decided"), ROOMS),
        Source("measures_formal", Words("Đề nghị xử lý kỷ luật", "Discipline proposed"), ROOMS),
        Source("measures_decided", Words("Quyết định xử lý kỷ luật", "Discipline decided"), ROOMS),
        Source("sessions", Words("Buổi tiếp công dân", "Reception sessions"), ROOMS, "session"),
        Source("people_received", Words("Lượt người được tiếp", "People received"), ROOMS, "session"),
        Source("missed_days", Words("Ngày người đứng đầu không tiếp", "Days not received on"), ROOMS, "missed_day"),
        Source("days_cancelled", Words("Ngày tiếp công dân bị hủy", "Reception days cancelled"), ROOMS),
        Source("days_moved", Words("Ngày tiếp công dân được dời", "Reception days moved"), ROOMS),
        Source("dossiers_received", Words("Hồ sơ tiếp nhận", "Dossiers received"), COUNTERS, "dossier"),
        Source("dossiers_refused", Words("Hồ sơ từ chối tiếp nhận", "Dossiers refused"), COUNTERS, "dossier"),
        Source("dossiers_supplement", Words("Lần yêu cầu bổ sung", "Supplements asked for"), COUNTERS, "dossier"),
        Source("dossiers_returned", Words("Hồ sơ đã trả kết quả", "Dossiers handed back"), COUNTERS, "dossier"),
        Source("dossiers_late", Words("Hồ sơ trả quá hạn", "Dossiers handed back late"), COUNTERS, "dossier"),
        Source("help", Words("Lần cán bộ bấm cần hỗ trợ", "Calls for help at a counter"), COUNTERS),
        Source("ratings", Words("Lượt đánh giá", "Ratings"), COUNTERS, "rating"),
        Source("ratings_good", Words("Lượt đánh giá hài lòng trở lên", "Good ratings"), COUNTERS, "rating"),
        Source("petitions", Words("Phản ánh, kiến nghị tiếp nhận", "Complaints taken in"), ROOMS, "petition"),
        Source("petitions_answered", Words("Phản ánh, kiến nghị đã trả lời", "Complaints answered"), ROOMS, "petition"),
    )
}  # fmt: skip

#: Each: room, moment, code, value, what it is about. `first` and `last` bound what is read of big tables.
_AT = {
    "footage_gap": """
        SELECT c.room_id, to_timestamp(g.begin_us / 1000000.0), 'gaps', 1, g.id FROM footage_gap g
        JOIN footage_footagestream s ON s.id = g.stream_id AND s.stream = 'main'
        JOIN registry_camera c ON c.recorder_id = s.recorder_id AND c.name = s.camera
        WHERE g.begin_us >= %(first_us)s AND g.begin_us < %(last_us)s AND g.cause <> 'outside_hours'""",
    "footage_fault": """
        SELECT room_id, began_at, 'faults', 1, id FROM footage_fault
        WHERE began_at >= %(first)s AND began_at < %(last)s
        UNION ALL SELECT room_id, ended_at, 'faults_ended', 1, id FROM footage_fault
        WHERE ended_at >= %(first)s AND ended_at < %(last)s""",
    "access_viewing": """
        SELECT DISTINCT v.room_id, w.opened_at, 'viewings_' || w.kind, 1, w.id FROM access_viewing w
        JOIN access_viewedcamera v ON v.viewing_id = w.id
        WHERE w.opened_at >= %(first)s AND w.opened_at < %(last)s AND w.kind IN ('live', 'playback')""",
    "footage_legalhold": """
        SELECT room_id, asked_at, 'holds', 1, id FROM footage_legalhold
        WHERE asked_at >= %(first)s AND asked_at < %(last)s""",
    "evidence_extraction": """
        SELECT room_id, requested_at, 'extractions', 1, id FROM evidence_extraction
        WHERE requested_at >= %(first)s AND requested_at < %(last)s
        UNION ALL SELECT e.room_id, y.at, 'extractions_handed', 1, e.id FROM evidence_custody y
        JOIN evidence_extraction e ON e.id = y.extraction_id
        WHERE y.kind = 'handed_over' AND y.at >= %(first)s AND y.at < %(last)s""",
    "evidence_subjectrequest": """
        SELECT room_id, received_at, 'subjects', 1, id FROM evidence_subjectrequest
        WHERE received_at >= %(first)s AND received_at < %(last)s""",
    "oversight_finding": "".join(("SELECT room_id, at, code, 1, about FROM (", counts.EVENTS, ") AS f")),
    "oversight_assessment": """
        SELECT room_id, at, 'assessed_people', 1, id FROM oversight_assessment
        WHERE withdrawn_at IS NULL AND NOT second AND at >= %(first)s AND at < %(last)s""",
    "oversight_draw": """
        SELECT room_id, drawn_at, 'assessed_machines', covered_s, id FROM oversight_draw
        WHERE drawn_at >= %(first)s AND drawn_at < %(last)s""",
    "reception_missedday": reception.MISSED,
    "reception_daychange": reception.CHANGED,
    "reception_session": reception.HELD,
    "dossiers_event": """
        SELECT n.room_id, e.at, k.code, 1, coalesce(e.dossier_id, e.id) FROM dossiers_event e
        JOIN registry_counter n ON n.id = e.counter_id LEFT JOIN dossiers_dossier d ON d.id = e.dossier_id
        JOIN (VALUES ('received', 'dossiers_received'), ('refused', 'dossiers_refused'), ('help', 'help'),
              ('supplement', 'dossiers_supplement'), ('handed_back', 'dossiers_returned'),
              ('handed_back', 'dossiers_late')) AS k(kind, code)
          ON k.kind = e.kind AND (k.code <> 'dossiers_late' OR e.at > d.due_at)
        WHERE e.at >= %(first)s AND e.at < %(last)s""",
    "feedback_rating": """
        SELECT n.room_id, r.at, k.code, 1, r.id FROM feedback_rating r
        JOIN registry_counter n ON n.id = r.counter_id
        JOIN (VALUES ('ratings', 1), ('ratings_good', 2)) AS k(code, least) ON r.score >= k.least
        WHERE r.at >= %(first)s AND r.at < %(last)s""",
    "feedback_petition": """
        SELECT room_id, received_at, 'petitions', 1, id FROM feedback_petition
        WHERE received_at >= %(first)s AND received_at < %(last)s
        UNION ALL SELECT p.room_id, v.at, 'petitions_answered', 1, p.id FROM feedback_petitionevent v
        JOIN feedback_petition p ON p.id = v.petition_id
        WHERE v.kind = 'answered' AND v.at >= %(first)s AND v.at < %(last)s""",
}
#: Windows of time, and who held which room when, as far as it was in service.
_HEAD = """
    WITH windows AS (
        SELECT * FROM unnest(%(labels)s::date[], %(begins)s::timestamptz[], %(ends)s::timestamptz[])
            AS w(label, begin_at, end_at)),
    held AS (
        SELECT t.room_id, t.unit_id, r.room_type,
               greatest(t.valid_from, r.in_service_on)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' AS since_at,
               coalesce(t.valid_until::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh', 'infinity') AS until_at
          FROM registry_tenure t JOIN registry_room r ON r.id = t.room_id AND r.in_service_on IS NOT NULL),
"""


def _asked(*pieces: str) -> str:
    """One question out of pieces, all of them of this file."""
    return "".join(pieces)


_EVENTS = "    events(room_id, at, code, value, about) AS (" + " UNION ALL ".join(_AT.values()) + ")\n"
#: unit, type of room, window, code, sum.
MOMENTS = _asked(
    _HEAD,
    _EVENTS,
    """
    SELECT h.unit_id, h.room_type, w.label, e.code, sum(e.value)
      FROM events e JOIN windows w ON e.at >= w.begin_at AND e.at < w.end_at
      JOIN held h ON h.room_id = e.room_id AND e.at >= h.since_at AND e.at < h.until_at
     GROUP BY 1, 2, 3, 4
""",
)
#: The rows behind one figure: moment, room, unit, value, what it is about, how many, the names of room and unit; the
#: newest first.
ROWS = _asked(
    _HEAD,
    _EVENTS,
    """
    SELECT e.at, e.room_id, h.unit_id, e.value, e.about, count(*) OVER (),
           (SELECT r.name FROM registry_room r WHERE r.id = e.room_id),
           (SELECT n.name FROM registry_unitname n WHERE n.unit_id = h.unit_id AND n.valid_from < %(last)s
             ORDER BY n.valid_from DESC LIMIT 1)
      FROM events e JOIN windows w ON e.at >= w.begin_at AND e.at < w.end_at
      JOIN held h ON h.room_id = e.room_id AND e.at >= h.since_at AND e.at < h.until_at
     WHERE e.code = %(code)s AND h.unit_id = ANY(%(units)s) AND h.room_type = ANY(%(types)s)
     ORDER BY e.at DESC, e.about LIMIT %(most)s OFFSET %(skip)s
""",
)
#: Recorded is also what was there and was removed by a rule since: a month later it still had been recorded. Nothing is
#: missing outside the hours in which the regulation has it recorded. Unknown is what no log accounts for of a camera
#: that was to record: behind the last word of a recorder that is cut off, broken or gone; of one that was taken out of
#: use, as long as no log says that its configuration let go of it.
SPANS = _asked(
    _HEAD,
    """
    spans(room_id, camera_id, code, begin_us, end_us) AS (
        SELECT c.room_id, c.id, k.code, k.begin_us, k.end_us FROM registry_camera c
        JOIN footage_footagestream s ON s.recorder_id = c.recorder_id AND s.camera = c.name AND s.stream = 'main'
        JOIN (SELECT stream_id, 'recorded_us' AS code, begin_us, end_us FROM footage_run
              UNION ALL SELECT stream_id, 'recorded_us', begin_us, end_us FROM footage_removal
              UNION ALL SELECT stream_id, 'missing_us', begin_us, end_us FROM footage_gap
               WHERE cause <> 'outside_hours') AS k ON k.stream_id = s.id
        WHERE k.end_us > %(first_us)s AND k.begin_us < %(last_us)s
        UNION ALL
        SELECT c.room_id, c.id, 'unknown_us',
               greatest(coalesce(s.known_until_us, 0), (extract(epoch FROM c.recording_since) * 1000000)::bigint),
               least(coalesce((extract(epoch FROM c.retired_at) * 1000000)::bigint, %(last_us)s), %(last_us)s)
          FROM registry_camera c
          LEFT JOIN footage_footagestream s ON s.recorder_id = c.recorder_id AND s.camera = c.name AND s.stream = 'main'
         WHERE (c.recording_since IS NOT NULL OR (c.retired_at IS NOT NULL AND s.active AND s.known_until_us > 0))
           AND coalesce(s.known_until_us, 0) < %(last_us)s),
    clipped AS (
        SELECT h.unit_id, h.room_type, w.label, p.code, p.camera_id, p.room_id,
               greatest(p.begin_us, (extract(epoch FROM greatest(w.begin_at, h.since_at)) * 1000000)::bigint)
                   AS begin_us,
               least(p.end_us, (extract(epoch FROM least(w.end_at, h.until_at)) * 1000000)::bigint) AS end_us
          FROM spans p JOIN held h ON h.room_id = p.room_id
          JOIN windows w ON w.begin_at < h.until_at AND w.end_at > h.since_at
           AND p.end_us > (extract(epoch FROM w.begin_at) * 1000000)::bigint
           AND p.begin_us < (extract(epoch FROM w.end_at) * 1000000)::bigint)
""",
)  # one line for each thing that is cut
SPAN_SUMS = _asked(
    SPANS,
    """
    SELECT unit_id, room_type, label, code, sum(end_us - begin_us)::bigint FROM clipped
     WHERE end_us > begin_us GROUP BY 1, 2, 3, 4
""",
)
#: The same by camera and day, those of which most is missing or unknown first: camera, its room, unit, day, recorded,
#: missing, unknown.
SPAN_ROWS = _asked(
    SPANS,
    """
    SELECT camera_id, room_id, unit_id, label,
           coalesce(sum(end_us - begin_us) FILTER (WHERE code = 'recorded_us'), 0)::bigint,
           coalesce(sum(end_us - begin_us) FILTER (WHERE code = 'missing_us'), 0)::bigint,
           coalesce(sum(end_us - begin_us) FILTER (WHERE code = 'unknown_us'), 0)::bigint, count(*) OVER ()
      FROM clipped WHERE end_us > begin_us AND unit_id = ANY(%(units)s) AND room_type = ANY(%(types)s)
     GROUP BY 1, 2, 3, 4
     ORDER BY sum(end_us - begin_us) FILTER (WHERE code <> 'recorded_us') DESC NULLS LAST, 4 DESC, 1
     LIMIT %(most)s OFFSET %(skip)s
""",
)
#: What there is that something could happen in: unit, type of room, window, which base, how many at the window's end.
BASES = _asked(
    _HEAD,
    """
    based AS (
        SELECT h.unit_id, h.room_type, w.label, 'rooms' AS base, h.room_id AS thing, h.until_at >= w.end_at AS at_end
          FROM held h JOIN windows w ON h.since_at < w.end_at AND h.until_at > w.begin_at
        UNION ALL SELECT h.unit_id, h.room_type, w.label, 'cameras', c.id,
               h.until_at >= w.end_at AND coalesce(c.retired_at, 'infinity') >= w.end_at
          FROM held h JOIN windows w ON h.since_at < w.end_at AND h.until_at > w.begin_at
          JOIN registry_camera c ON c.room_id = h.room_id AND c.recording_since < w.end_at
           AND coalesce(c.retired_at, 'infinity') > w.begin_at
        UNION ALL SELECT h.unit_id, h.room_type, w.label, 'counters', n.id, h.until_at >= w.end_at
          FROM held h JOIN windows w ON h.since_at < w.end_at AND h.until_at > w.begin_at
          JOIN registry_counter n ON n.room_id = h.room_id)
    SELECT unit_id, room_type, label, base, count(DISTINCT thing) FILTER (WHERE at_end) FROM based GROUP BY 1, 2, 3, 4
""",
)
