"""Which rows the journal watches, column by column, and the SQL that makes PostgreSQL do it.

A table is watched by triggers that `watch` installs in a migration. What a line speaks of is a *shape*: the columns in
their order. A shape is never edited, as lines of years ago were committed to it; a table with new columns gets another
shape, and all its rows a line of that shape. Columns that change every few seconds, and salts that may be erased, are
in none. Rows of `QUIET` grow for as long as somebody watches and get their line two minutes after they last grew.
"""

from collections.abc import Mapping

SHAPES: Mapping[str, Mapping[int, str]] = {
    # Who did what, who was refused, who signed in.
    "access_auditrow": {1: "id at account_id system act object_kind object_id details address"},
    "access_refusal": {1: "id account_id wanted route unit_id room_id camera_id told_vi told_en address at"},
    "access_refusaltally": {1: "id account_id address wanted hour count last_at"},
    "access_signin": {1: "id account_id digest browser address begun_at until ended_at"},
    # Who watched what, and why.
    "access_purpose": {1: "id account_id text reference begun_at until longest_until closed_at"},
    "access_purpose_rooms": {1: "id purpose_id room_id"},
    "access_viewing": {
        1: "id account_id session_digest kind sound begins_at ends_at purpose_id address opened_at closed_at ending "
        "commitment"
    },
    "access_viewedcamera": {1: "id viewing_id camera_id room_id unit_id ground opened_at kind"},
    "access_served": {1: "id viewing_id camera_id sound begins_at ends_at bytes first_at last_at"},
    # Who may do what.
    "access_account": {
        1: "id password person_id username is_active must_change_password decision_number opened_at closed_at"
    },
    "access_codedevice": {1: "id account_id sealed begun_at confirmed_at"},
    "access_recoverycode": {1: "id account_id digest made_at used_at"},
    "access_securitykey": {1: "id account_id label credential point site_name added_at removed_at"},
    "access_codereset": {1: "id account_id asked_by_id asked_at done_by_id done_at"},
    "access_grant": {
        1: "id person_id rights begins_at ends_at reference decision_number granted_by_id seconded_by_id "
        "through_restriction granted_at ended_at",
        2: "id person_id rights begins_at ends_at reference decision_number granted_by_id seconded_by_id "
        "through_restriction granted_at ended_at footage_begins_at footage_ends_at",
    },
    "access_grant_rooms": {1: "id grant_id room_id"},
    "access_grantrequest": {
        1: "id person_id rights begins_at ends_at decision_number asked_by_id asked_at decided_by_id decided_at "
        "grant_id refusal_reason"
    },
    "access_grantrequest_rooms": {1: "id grantrequest_id room_id"},
    "access_restriction": {
        1: "id room_id begins_at ends_at reference receiver_id made_at lifted_at lifted_by_id lifted_second_id"
    },
    "access_stilloccasion": {1: "id camera_id kind reference begins_at ends_at"},
    "registry_assignment": {
        1: "id valid_from valid_until person_id unit_id role title field decision_number decision_date "
        "decision_paper_id end_decision_number withdrawn_at withdrawal_reason"
    },
    "registry_counterpost": {1: "id valid_from valid_until person_id counter_id"},
    "regulation_regulation": {1: "id valid_from valid_until unit_id number content digest decision_number issued_at"},
    "regulation_supervision": {1: "id valid_from valid_until body_id area_id room_type decision_number"},
    "regulation_acknowledgement": {1: "id regulation_id person_id digest at"},
    "regulation_directive": {1: "id unit_id kind number title issued_on entered_by_id entered_at"},
    "regulation_task": {1: "id directive_id position unit_id holder_id words due_on given_by_id given_at"},
    # What was published as a figure, and who said otherwise.
    "publishing_report": {1: "id unit_id kind month first_day last_day due_on drafted_at"},
    "publishing_reportfigure": {1: "id report_id code system counted_at"},
    "publishing_figureedit": {1: "id report_id code serial value reason by_id at"},
    "publishing_reporttext": {1: "id report_id part serial words by_id at"},
    "publishing_reportstep": {1: "id report_id serial kind at by_id words paper_id"},
    "publishing_reportreminder": {1: "id report_id day late notice_id at"},
    # How units were scored for the ranking, by whom and why.
    "publishing_scoring": {1: "id unit_id sheet first_day last_day regulation_id self_by appraised_by opened_at"},
    "publishing_score": {1: "id scoring_id criterion kind serial tenths part whole reason by_id at"},
    "publishing_scoringstep": {1: "id scoring_id serial kind at by_id words"},
    "regulation_directivepage": {1: "id directive_id position paper_id added_by_id added_at"},
    "regulation_taskread": {1: "id task_id at"},
    "regulation_taskstep": {1: "id task_id kind at by_id words due_on proof_id"},
    # What is kept back from deletion, and who let it go.
    "footage_legalhold": {
        1: "id room_id begin_us end_us reason document asked_by_id asked_at",
        2: "id room_id begin_us end_us reason document asked_by_id asked_at origin reference route",
    },
    "footage_hold": {
        1: "id recorder_id camera stream begin_us end_us kind reference reason commitment asked_by_id asked_at "
        "placed_at placed_index release_asked_by_id release_asked_at released_at refused_vi refused_en"
    },
    "evidence_holdrelease": {1: "id hold_id asked_by_id asked_at reason decided_by_id decided_at agreed"},
    # What left the house: who asked, who approved, who built, whose hands it went through.
    "evidence_extraction": {1: "id unit_id room_id year number requested_by_id requested_at"},
    "evidence_revision": {
        1: "id extraction_id serial begin_us end_us kind purpose legal_basis case_number receiver_body receiver_name "
        "hold_id made_at scope_hash"
    },
    "evidence_revision_cameras": {1: "id revision_id camera_id"},
    "evidence_approval": {1: "id extraction_id revision_id number approver_id managing kind at nonce record key_id"},
    "evidence_ending": {1: "id extraction_id kind by_id at reason"},
    "evidence_build": {
        1: "id extraction_id revision_id begun_by_id begun_at failed_at failure_vi failure_en finished_at digest "
        "size_bytes",
        2: "id extraction_id revision_id begun_by_id begun_at attempt failed_at failure_vi failure_en finished_at "
        "digest size_bytes",
    },
    "evidence_custody": {1: "id extraction_id kind at by_id medium document note paper_id"},
    "evidence_stamp": {1: "id build_id seal signed_by inside stamped_at answer"},
    "evidence_reportsignature": {1: "id build_id report signed_at signed_by signed"},
    "evidence_maskround": {
        1: "id extraction_id serial drawn_by_id drawn_at decisions digest rendered_at failed_at failure_vi failure_en "
        "copies reviewed_by_id reviewed_at accepted said",
        2: "id extraction_id serial attempt drawn_by_id drawn_at decisions digest rendered_at failed_at failure_vi "
        "failure_en copies reviewed_by_id reviewed_at accepted said record key_id",
    },
    # What citizens asked about their own recording, and what was erased for them; their names are not in it.
    "evidence_subjectrequest": {
        1: "id unit_id room_id year number wanted channel received_at begin_us end_us dossier_id identity behalf "
        "third_party taken_by_id taken_at hold_id commitment"
    },
    "evidence_subjectrequest_cameras": {1: "id subjectrequest_id camera_id"},
    "evidence_subjectstep": {1: "id request_id kind at by_id reason note extraction_id"},
    "evidence_erasure": {
        1: "id request_id camera_id recorder_id name begin_us end_us commitment ordered_at entry segments done_at "
        "refused_vi refused_en"
    },
    # What citizens said of an office.
    "feedback_rating": {1: "id unit_id counter_id event_id score at panel_id hold_id not_held"},
    "feedback_ratingnote": {1: "id rating_id reasons said at"},
    "feedback_petition": {
        1: "id unit_id room_id counter_id year number kind topic way content begin_us end_us dossier_id received_at "
        "registered_by_id code lookup_secret refuse_by ask_by answer_by hold_id not_held"
    },
    "feedback_petitionevent": {1: "id petition_id kind at by_id words"},
    "feedback_publication": {
        1: "id petition_id withheld place what answer found_by reason at by_id taken_back_at taken_back_by_id "
        "taken_back_why"
    },
    "feedback_panel": {1: "id counter_id digest opened_by_id opened_at closed_by_id closed_at"},
    # What was found in footage, and what came of it.
    "oversight_finding": {
        1: "id unit_id room_id year number begin_us end_us situation situation_vi situation_en note source "
        "source_reference found_by_id found_at read_by explain_by conclude_by correct_by hold_id"
    },
    "oversight_finding_cameras": {1: "id finding_id camera_id"},
    "oversight_findingstep": {
        1: "id finding_id kind at by_id words",
        2: "id finding_id kind at by_id words upheld severity",
        3: "id finding_id kind at by_id words upheld severity explain_by conclude_by",
    },
    "oversight_concerned": {
        1: "id finding_id person_id unit_id post named_by_id named_at",
        2: "id finding_id person_id unit_id post named_by_id named_at explain_by",
    },
    "oversight_basis": {1: "id finding_id kind vi en words paper_id by_id at"},
    "oversight_correction": {1: "id finding_id position words due_on given_by_id given_at"},
    "oversight_correctionstep": {1: "id correction_id kind at by_id words due_on proof_id"},
    "oversight_findingtold": {1: "id finding_id stage about_id term notice_id at"},
    "oversight_prolonged": {1: "id finding_id end_us at"},
    "oversight_gapcause": {1: "id room_id begin_us end_us cause vi en words document by_id at"},
    "oversight_measure": {
        1: "id person_id unit_id room_id year number level form form_vi form_en law suggested occurrence words by_id "
        "at",
        2: "id person_id unit_id room_id year number level form form_vi form_en law suggested occurrence words due_on "
        "by_id at",
    },
    "oversight_measureact": {1: "id measure_id finding_id"},
    "oversight_measurestep": {
        1: "id measure_id kind at by_id words number decided_on form form_vi form_en",
        2: "id measure_id kind at by_id words number decided_on form form_vi form_en due_on",
    },
    # Which moments of a room were drawn, and who assessed them.
    "oversight_draw": {
        1: "id room_id unit_id month first_day last_day rules_id seed origin cosigned_at frame_digest by_chance "
        "by_signs clip_us lead_us twice_percent open_s covered_s drawn_at"
    },
    "oversight_clip": {
        1: "id draw_id room_id position begin_us end_us sign sign_at_us sign_reference twice replaces_id"
    },
    "oversight_skipped": {1: "id clip_id why words by_id at"},
    "oversight_assessment": {1: "id clip_id room_id second answers comment form_id viewing_id by_id at withdrawn_at"},
    # Who was let into which rooms by an inspection, and what was found on visits.
    "oversight_inspection": {
        1: "id body_id year number kind subject decision_number room_id begins_at ends_at opened_by_id opened_at "
        "closed_at closed_by_id"
    },
    "oversight_inspection_rooms": {1: "id inspection_id room_id"},
    "oversight_inspectionmember": {1: "id inspection_id person_id leads grant_id"},
    "oversight_visit": {1: "id body_id room_id unit_id visitor_id day inspection_id planned_by_id planned_at"},
    "oversight_visitstep": {1: "id visit_id kind words by_id at"},
    "oversight_visitanswer": {1: "id visit_id position code vi en seen note"},
    "oversight_visitphoto": {1: "id visit_id paper_id"},
    "oversight_emptyweek": {1: "id body_id monday held wanted found_at"},
    # Who received citizens, and what of it is restricted.
    "reception_session": {
        1: "id unit_id box year number room_id kind people received_by_id opened_at closed_at restriction_id"
    },
    "reception_sessionevent": {1: "id unit_id box number session_id kind at made_by_id"},
    "reception_daychange": {1: "id unit_id day kind moved_to receiver_id reason decision_number made_by_id made_at"},
    "reception_missedday": {1: "id unit_id room_id day found_at"},
    "reception_missedstep": {1: "id missed_id kind code vi en words by_id at"},
    "reception_bookentry": {
        1: "id unit_id box year number session_id matter people settled_before note handle_by settle_by written_by_id "
        "written_at"
    },
    "reception_bookstep": {1: "id entry_id kind matter handle_by settle_by to_body words at by_id"},
    "reception_reopening": {1: "id session_id asked_by_id asked_at reason decided_by_id decided_at agreed"},
    # What happened at a counter and to a dossier, what was marked on the timeline, what was printed and photographed.
    "dossiers_dossier": {
        1: "id unit_id box code scan counter_id procedure_id received_at due_at sets return_by state receipt_id"
    },
    "dossiers_event": {1: "id unit_id box number kind at counter_id dossier_id made_by_id note"},
    "dossiers_component": {1: "id dossier_id position name kind copies"},
    "dossiers_slip": {1: "id unit_id box year number event_id reason items contact paper_id"},
    "dossiers_unitrange": {1: "id unit_id number given_at"},
    "footage_mark": {
        1: "id room_id camera_id counter_id begin_us end_us kind reference vi en right route made_at withdrawn_at "
        "withdrawn_by_id"
    },
    "footage_bookmark": {1: "id room_id begin_us end_us note author_id made_at withdrawn_at withdrawn_by_id"},
    "papers_paper": {1: "id digest size_bytes media_type origin title person_id kept_at"},
    # How a room was found, what it need not meet, what was asked to be bought, how sites came into service.
    "registry_roomreview": {1: "id room_id unit_id version points points_of measured note made_by_id made_at"},
    "registry_roomreviewline": {1: "id review_id position code vi en points_of verdict note photo_id"},
    "registry_normwaiver": {1: "id room_id code reason decision_number until made_by_id made_at"},
    "registry_proposal": {1: "id unit_id year number reason lines made_by_id made_at"},
    "registry_proposalstep": {1: "id proposal_id kind at by_id words funding_source amount_vnd"},
    "registry_rollout": {1: "id unit_id title decision_number due_on milestones made_by_id made_at"},
    "registry_rolloutsite": {1: "id rollout_id unit_id pilot"},
    "registry_rolloutstep": {1: "id site_id milestone reached_on note by_id at"},
    "registry_handover": {1: "id room_id signed_on live_from giver receiver minutes_id by_id at"},
    # When a device failed, who was told, what was done.
    "footage_fault": {1: "id recorder_id camera_id room_id kind began_at known_at ended_at"},
    "footage_faulttold": {1: "id fault_id step notice_id at"},
    "footage_faultwork": {1: "id fault_id kind note person_id at"},
    # What a recorder's log says that it must not, with its proof, and when people were told.
    "footage_alarm": {
        1: "id recorder_id kind grave log index vi en camera begin_us end_us evidence digest first_at told_at"
    },
}
QUIET = frozenset({"access_served", "access_refusaltally"})
_DATED = "its changes are kept by a history of its own, decision by decision"
#: Kept tables that are not watched, and why. A kept table is in one of the two, or a test fails.
EXCUSED = {
    "registry_succession": _DATED,
    "registry_recorder": _DATED,
    "registry_camera": _DATED,
    "registry_equipment": _DATED,
    "registry_person": _DATED,
    "registry_noticesign": _DATED,
    "registry_acceptance": _DATED,
    "regulation_draft": "what somebody may still write; once issued it is a version, which is watched",
    "regulation_calendarday": "days on which offices are closed, published by them",
    "access_signinattempt": "only counted by the throttle, and gone after thirty days",
    "footage_sentconfiguration": "signed by the centre's key, and taken over into the log of its recorder",
    "footage_faulttoldtogether": "which one notice told of many faults; each fault has its line",
    "publishing_dayfigures": "an index of events, counted anew every night; what is reported of it is a figure",
    "messaging_notice": "what somebody was told; the row that it is about says that they were",
    "messaging_delivery": "when a notice was read",
    "messaging_mail": "a copy of a notice by e-mail; the row that it is about says that people were told",
    "messaging_mailtry": "what a mail server answered",
    "messaging_mailwish": "which mail somebody wants",
    "journal_line": "the lines themselves, which the log anchors",
    "django_content_type": "names of tables",
    "django_migrations": "names of migrations",
}
#: What stands of a watched table in no shape, and why it may change without a line.
UNSAID = {
    "footage_alarm": "times last_at",  # counted on for as long as it lasts
    "access_purpose": "search_key",
    "access_viewing": "leased_until salt",
    "access_account": "last_login",
    "access_codedevice": "last_step",
    "access_securitykey": "count",
    "access_signin": "seen_at",
    "evidence_revision": "salt scope search_key",  # the scope under its hash, the key in what it is made of
    "footage_hold": "salt",
    "oversight_finding": "search_key",  # made of what stands beside it
    "oversight_draw": "frame checkpoint",  # under the digest, and under the seed
    "evidence_stamp": "tries next_at failure_vi failure_en",
    "evidence_reportsignature": "tries next_at failure_vi failure_en",
    "evidence_erasure": "salt asked_at",  # asked every twenty seconds until the recorder has done it
    "dossiers_dossier": "lookup_secret",  # a citizen's own, and new with a new receipt
}
#: Personal data in tables of its own, so that it can go and leave every line true: these are never watched.
PERSONAL = frozenset(
    {
        "dossiers_submitter",
        "evidence_subjectperson",
        "feedback_petitioner",
        "oversight_deferralground",
        "reception_bookperson",
    }
)

FUNCTIONS = """
CREATE SEQUENCE journal_line_number;

CREATE FUNCTION journal_write(said_table text, said_row text, said_op text, said_shape int, content jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
DECLARE
    line_id uuid := gen_random_uuid();
    line_at timestamptz := clock_timestamp();
    line_salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    said text := jsonb_build_array(said_table, said_row, said_op, said_shape, session_user, line_at, content)::text;
BEGIN
    INSERT INTO public.journal_line (id, number, at, table_name, row_id, op, shape, by, salt, commitment)
    VALUES (line_id, nextval('public.journal_line_number'), line_at, said_table, said_row, said_op, said_shape,
        session_user, line_salt, encode(sha256(line_salt || convert_to(to_json(said)::text, 'UTF8')), 'hex'));
    INSERT INTO public.journal_pending (line) VALUES (line_id);
END $$;
REVOKE ALL ON FUNCTION journal_write(text, text, text, int, jsonb) FROM PUBLIC;

CREATE FUNCTION journal_content(whole jsonb, columns text) RETURNS jsonb LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog AS $$
    SELECT jsonb_agg(whole -> name ORDER BY place)
    FROM unnest(string_to_array(columns, ' ')) WITH ORDINALITY AS found (name, place)
$$;

CREATE FUNCTION journal_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
DECLARE
    was jsonb;
    becomes jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN was := public.journal_content(to_jsonb(OLD), TG_ARGV[1]); END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM public.journal_write(TG_TABLE_NAME, to_jsonb(OLD) ->> 'id', '-', TG_ARGV[0]::int, was);
        RETURN NULL;
    END IF;
    becomes := public.journal_content(to_jsonb(NEW), TG_ARGV[1]);
    IF TG_OP = 'INSERT' THEN
        PERFORM public.journal_write(TG_TABLE_NAME, to_jsonb(NEW) ->> 'id', '+', TG_ARGV[0]::int, becomes);
    ELSIF was IS DISTINCT FROM becomes THEN
        PERFORM public.journal_write(TG_TABLE_NAME, to_jsonb(NEW) ->> 'id', '=', TG_ARGV[0]::int, becomes);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION journal_touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.journal_growing (row_id, table_name, touched_at)
    VALUES (to_jsonb(NEW) ->> 'id', TG_TABLE_NAME, clock_timestamp())
    ON CONFLICT (row_id) DO UPDATE SET touched_at = excluded.touched_at;
    RETURN NULL;
END $$;

CREATE FUNCTION journal_settle() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
DECLARE
    whole jsonb;
BEGIN
    EXECUTE format('SELECT to_jsonb(found) FROM public.%I found WHERE id = $1::uuid', OLD.table_name)
    INTO whole USING OLD.row_id;
    IF whole IS NOT NULL THEN
        PERFORM public.journal_write(OLD.table_name, OLD.row_id, '=', TG_ARGV[0]::int,
            public.journal_content(whole, TG_ARGV[1]));
    END IF;
    RETURN NULL;
END $$;
"""
NO_FUNCTIONS = """
DROP FUNCTION journal_settle(), journal_touch(), journal_note(), journal_content(jsonb, text),
    journal_write(text, text, text, int, jsonb);
DROP SEQUENCE journal_line_number;
"""
TRIGGERS = ("journal_note", "journal_touch", "journal_settle")


def trigger_of(table: str) -> str:
    """The name of the trigger that watches a table; a part of PostgreSQL's order of triggers, so it comes late."""
    return f"z_journal_{table}"


def watch(table: str, shape: int) -> str:
    """SQL for a migration: write lines of `shape` from now on, and one for every row that is there."""
    columns = SHAPES[table][shape]
    content = f"journal_content(to_jsonb(found), '{columns}')"
    said = f"journal_write('{table}', id::text, '0', {shape}, {content})"
    adopt = f"SELECT {said} FROM {table} found ORDER BY id;"  # nosec B608 # names of our own
    if table in QUIET:
        return (
            f"CREATE TRIGGER {trigger_of(table)} AFTER INSERT OR UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION journal_touch();"
            f"CREATE TRIGGER {trigger_of(table)} AFTER DELETE ON journal_growing FOR EACH ROW"
            f" WHEN (OLD.table_name = '{table}') EXECUTE FUNCTION journal_settle('{shape}', '{columns}');"
            f"CREATE TRIGGER {trigger_of(table)}_gone AFTER DELETE ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION journal_note('{shape}', '{columns}');" + adopt
        )
    return (
        f"CREATE TRIGGER {trigger_of(table)} AFTER INSERT OR UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION journal_note('{shape}', '{columns}');" + adopt
    )


def unwatch(table: str) -> str:
    """SQL that takes back what `watch` installed; lines stay."""
    if table in QUIET:
        return (
            f"DROP TRIGGER {trigger_of(table)} ON {table}; DROP TRIGGER {trigger_of(table)}_gone ON {table};"
            f" DROP TRIGGER {trigger_of(table)} ON journal_growing;"
        )
    return f"DROP TRIGGER {trigger_of(table)} ON {table};"
