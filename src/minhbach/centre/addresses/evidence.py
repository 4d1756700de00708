"""The addresses of what leaves the house: extractions, holds, and a citizen's own recording."""

from django.urls import URLPattern, path

from minhbach.centre.access.guard import PUBLIC, guard
from minhbach.centre.access.pace import Cost
from minhbach.centre.access.places import (
    somewhere,
    through,
)
from minhbach.centre.addresses.listing import button, form, page, search
from minhbach.centre.addresses.places import AT_WORK, EXTRACTION, MASKERS, ROOM, SUBJECT, SUBJECTS, TOLD
from minhbach.centre.evidence.views import attesting, book, custody, extractions, subject_book, subjects, verifier
from minhbach.centre.evidence.views import masking as masking_views
from minhbach.centre.footage.models import LegalHold
from minhbach.centre.regulation.rights import Right

EVIDENCE_PAGES: list[URLPattern] = [
    page("kiem-tra-goi", PUBLIC, somewhere, verifier.verifier, "verifier"),
    page("kiem-tra-goi/minhbach-verify.pyz", PUBLIC, somewhere, verifier.verifier_file, "verifier_file"),
    search("trich-xuat", AT_WORK, somewhere, book.extractions, "extractions"),
    page("trich-xuat/so.pdf", TOLD, somewhere, book.book_pdf, "book_pdf", noted=False),
    page("trich-xuat/so.csv", TOLD, somewhere, book.book_csv, "book_csv", noted=False),
    form("phong/<uuid:room>/trich-xuat", Right.EXTRACT, ROOM, extractions.extraction_new, "extraction_new"),
    page("trich-xuat/<uuid:extraction>", AT_WORK, EXTRACTION, extractions.extraction, "extraction"),
    form(
        "trich-xuat/<uuid:extraction>/sua",
        Right.EXTRACT,
        EXTRACTION,
        extractions.extraction_change,
        "extraction_change",
    ),
    button("trich-xuat/<uuid:extraction>/duyet", Right.APPROVE, EXTRACTION, extractions.approve, "extraction_approve"),
    button("trich-xuat/<uuid:extraction>/tu-choi", Right.APPROVE, EXTRACTION, extractions.refuse, "extraction_refuse"),
    button("trich-xuat/<uuid:extraction>/rut", Right.EXTRACT, EXTRACTION, extractions.withdraw, "extraction_withdraw"),
    button(
        "trich-xuat/<uuid:extraction>/lap-goi", Right.BUILD, EXTRACTION, extractions.begin_build, "extraction_build"
    ),
    button("trich-xuat/<uuid:extraction>/goi.zip", Right.BUILD, EXTRACTION, custody.package, "extraction_package"),
    button(
        "trich-xuat/<uuid:extraction>/ban-giao", Right.HAND_OVER, EXTRACTION, custody.hand_over, "extraction_hand_over"
    ),
    button(
        "trich-xuat/<uuid:extraction>/ky-nhan", Right.HAND_OVER, EXTRACTION, custody.sign_for, "extraction_sign_for"
    ),
    button("trich-xuat/<uuid:extraction>/ket-thuc", Right.HAND_OVER, EXTRACTION, custody.close, "extraction_close"),
    page("trich-xuat/<uuid:extraction>/bien-ban-da-ky", TOLD, EXTRACTION, custody.signed_photo, "extraction_signed"),
    page("trich-xuat/<uuid:extraction>/bien-ban.pdf", TOLD, EXTRACTION, custody.minutes_pdf, "extraction_minutes"),
    page("trich-xuat/<uuid:extraction>/qua-trinh.pdf", TOLD, EXTRACTION, custody.life_pdf, "extraction_life"),
    page("trich-xuat/<uuid:extraction>/che", MASKERS, EXTRACTION, masking_views.masking_page, "masking"),
    button("trich-xuat/<uuid:extraction>/che/luu", Right.EXTRACT, EXTRACTION, masking_views.draw, "masking_draw"),
    button("trich-xuat/<uuid:extraction>/che/ky", Right.APPROVE, EXTRACTION, masking_views.accept, "masking_accept"),
    button(
        "trich-xuat/<uuid:extraction>/che/<int:serial>/tra-lai",
        Right.APPROVE,
        EXTRACTION,
        masking_views.review,
        "masking_review",
    ),
    page(
        "trich-xuat/<uuid:extraction>/che/hinh/<uuid:camera>/<int:at_us>.jpg",
        MASKERS,
        EXTRACTION,
        masking_views.picture,
        "masking_picture",
    ),
    page(
        "trich-xuat/<uuid:extraction>/che/ban/<int:serial>/<uuid:camera>",
        MASKERS,
        EXTRACTION,
        masking_views.copy,
        "masking_copy",
    ),
    form("trich-xuat/chung-thuc", (Right.BUILD, Right.CONFIGURE), somewhere, attesting.attestation, "attestation"),
    page("trich-xuat/<uuid:extraction>/de-nghi.json", TOLD, EXTRACTION, attesting.request_file, "extraction_request"),
    page(
        "trich-xuat/<uuid:extraction>/dau-thoi-gian.tsr", AT_WORK, EXTRACTION, attesting.stamp_file, "extraction_stamp"
    ),
    page(
        "trich-xuat/<uuid:extraction>/bao-cao-da-ky.pdf",
        AT_WORK,
        EXTRACTION,
        attesting.report_file,
        "extraction_report",
    ),
    page("trich-xuat/<uuid:extraction>/khoa.txt", AT_WORK, EXTRACTION, custody.court_keys_file, "extraction_keys"),
    page("trich-xuat/<uuid:extraction>/qua-trinh.csv", TOLD, EXTRACTION, custody.life_csv, "extraction_csv"),
    form(
        "giu-lai/<uuid:hold>/go",
        Right.HOLD,
        through("hold", LegalHold, "room_id"),
        custody.hold_release,
        "hold_release",
    ),
]

SUBJECT_PAGES: list[URLPattern] = [
    path(
        "yeu-cau-du-lieu",
        guard(SUBJECTS, somewhere, subject_book.subject_list, methods="GET POST", noted=False),
        name="subjects",
    ),
    page("yeu-cau-du-lieu/so.pdf", SUBJECTS, somewhere, subject_book.subjects_pdf, "subjects_pdf", noted=False),
    page("yeu-cau-du-lieu/so.csv", SUBJECTS, somewhere, subject_book.subjects_csv, "subjects_csv", noted=False),
    path(
        "yeu-cau-du-lieu/moi",
        guard(Right.SUBJECT_TAKE, somewhere, subjects.subject_begin, cost=Cost.LOOKING_UP),
        name="subject_begin",
    ),
    form("phong/<uuid:room>/yeu-cau-du-lieu", Right.SUBJECT_TAKE, ROOM, subjects.subject_new, "subject_new"),
    page("yeu-cau-du-lieu/<uuid:subject>", SUBJECTS, SUBJECT, subjects.subject, "subject"),
    path(
        "yeu-cau-du-lieu/<uuid:subject>/nguoi-yeu-cau",
        guard(SUBJECTS, SUBJECT, subjects.person, methods="POST", noted=False),
        name="subject_person",
    ),
    page("yeu-cau-du-lieu/<uuid:subject>/tiep-nhan.pdf", SUBJECTS, SUBJECT, subjects.slip_pdf, "subject_slip"),
    page("yeu-cau-du-lieu/<uuid:subject>/tra-loi.pdf", SUBJECTS, SUBJECT, subjects.answer_pdf, "subject_answer"),
    page("yeu-cau-du-lieu/<uuid:subject>/qua-trinh.pdf", SUBJECTS, SUBJECT, subjects.life_pdf, "subject_life"),
    page("yeu-cau-du-lieu/<uuid:subject>/qua-trinh.csv", SUBJECTS, SUBJECT, subjects.life_csv, "subject_csv"),
    *(
        button(f"yeu-cau-du-lieu/<uuid:subject>/{route}", right, SUBJECT, view, f"subject_{name}")
        for route, right, view, name in (
            ("xac-nhan", Right.SUBJECT_TAKE, subjects.acknowledge, "acknowledge"),
            ("rut", Right.SUBJECT_TAKE, subjects.withdraw, "withdraw"),
            ("chap-thuan", Right.SUBJECT_DECIDE, subjects.grant, "grant"),
            ("dong-y", Right.SUBJECT_DECIDE, subjects.second, "second"),
            ("tu-choi", Right.SUBJECT_DECIDE, subjects.refuse, "refuse"),
            ("keo-dai", Right.SUBJECT_DECIDE, subjects.extend, "extend"),
            ("da-xem", Right.PLAYBACK, subjects.show, "show"),
            ("ban-sao", Right.EXTRACT, subjects.copy, "copy"),
            ("xoa-lai", Right.SUBJECT_DECIDE, subjects.erase_again, "erase_again"),
            ("ket-thuc-xoa", Right.SUBJECT_DECIDE, subjects.end, "end"),
            ("quen", Right.SUBJECT_DECIDE, subjects.forget, "forget"),
            ("quen-ho-so", Right.SUBJECT_DECIDE, subjects.forget_dossier, "forget_dossier"),
        )
    ),
]
