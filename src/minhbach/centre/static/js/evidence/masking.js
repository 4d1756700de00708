/**
 * Where a person says what is covered in a copy.
 *
 * Owns the drawing: pictures one a second, boxes by track, which seconds were looked at, how sound is treated. Promises
 * that a second counts as looked at only when its picture was shown, and that nothing is shown but under a viewing that
 * is alive; when it ends the picture goes. Leaves following, covering and the copy itself to the centre.
 */

import { Viewing } from "../footage/viewing.js";
import { Refused, ask } from "../room/api.js";
import { pick, t } from "../words.js";
import { Book } from "./covers.js";
import { Film } from "./film.js";

const SECOND = 1_000_000;
const WHOLE = 10_000;
const by = (id) => document.getElementById(id);
const clock = new Intl.DateTimeFormat("vi-VN", {
  timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
});

class Page {
  constructor(setup) {
    this.setup = setup;
    this.book = new Book(setup);
    this.place = 0;
    this.viewing = null;
    this.film = null;
    this.image = null;
    this.drawing = null;
    this.mute = null;
    this.loading = false;
    this.turn = 0;
    this.canvas = by("masking-canvas");
    this.pen = this.canvas.getContext("2d");
    this.draws = Boolean(by("masking-form"));
  }

  async start() {
    for (const camera of this.setup.cameras) by("masking-camera").append(new Option(camera.label, camera.id));
    this.listen();
    // Whoever goes on drawing finds the sound as it was decided.
    if (this.draws) document.querySelector(`input[name=sound][value=${this.book.treated}]`).checked = true;
    try {
      await this.open();
      this.choose();
      if (this.setup.review) await this.copy();
    } catch (refusal) {
      this.say(refusal.words ? pick(refusal.words) : refusal.message);
    }
  }

  async open() {
    const asked = { csrf: by("masking").dataset.csrf, kind: "playback", cameras: this.setup.cameras.map((each) => each.id), begin: this.setup.begin, end: this.setup.end, sound: true };
    const lost = (words) => this.lose(pick(words));
    const on = { refused: lost };
    try {
      this.viewing = await Viewing.open({ ...asked, on });
    } catch (refusal) {
      if (refusal.said?.code !== "purpose") throw refusal;
      const purpose = await ask("POST", "/api/purposes", { text: this.setup.purpose, rooms: [this.setup.room] });
      this.viewing = await Viewing.open({ ...asked, purpose: purpose.id, on });
    }
  }

  get camera() {
    return this.setup.cameras.find((each) => each.id === by("masking-camera").value) ?? this.setup.cameras[0];
  }

  get at() {
    return this.camera.times[this.place] ?? this.setup.begin_us;
  }

  choose() {
    this.place = 0;
    by("masking-at").max = Math.max(0, this.camera.times.length - 1);
    this.book.camera = this.camera.id;
    this.tracks();
    this.show();
  }

  async show() {
    const turn = ++this.turn;
    this.loading = true;
    by("masking-at").value = this.place;
    by("masking-clock").value = clock.format(this.at / 1000);
    if (!this.camera.times.length) { this.loading = false; return this.say(t("Không có hình.", "There is no picture.")); }
    try {
      const answer = await this.fetched(`${this.setup.pictures}${this.camera.id}/${this.at}.jpg`);
      const image = await createImageBitmap(await answer.blob());
      if (turn !== this.turn) return;
      this.image = image;
      this.book.seen(this.at);
    } catch (refusal) {
      if (turn === this.turn) this.lose(refusal.message);
      return;
    } finally {
      if (turn === this.turn) this.loading = false;
    }
    this.paint();
  }

  /** Under the lease of this moment; to whoever is patient an answer that says to wait is one too. */
  async fetched(address, patient = false) {
    if (!this.viewing?.token) throw new Refused(t("Lượt xem đã kết thúc; hãy tải lại trang.", "The viewing has ended; reload the page."), 403);
    const answer = await fetch(address, { headers: { "X-Lease": this.viewing.token }, cache: "no-store" }).catch(() => {
      throw new Refused(t("Máy chủ không trả lời. Hãy kiểm tra mạng rồi thử lại.", "The server does not answer. Check the network, then try again."), 0);
    });
    if (!answer.ok && !(patient && answer.status === 429)) throw new Refused(pick(await answer.json().catch(() => null)) || t("Không lấy được hình.", "The picture cannot be had."), answer.status);
    return answer;
  }

  lose(words) {
    this.image = null;
    this.film?.close();
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.say(words);
  }

  say(words) {
    by("masking-said").textContent = words;
    by("masking-said").hidden = !words;
  }

  paint() {
    const { pen, canvas, image } = this;
    if (!image) return;
    if (canvas.width !== image.width || canvas.height !== image.height) Object.assign(canvas, { width: image.width, height: image.height });
    pen.drawImage(image, 0, 0);
    for (const { track, box, drawn } of this.book.boxes(this.at)) {
      pen.lineWidth = track === this.book.track ? 4 : 2;
      pen.setLineDash(drawn ? [] : [8, 6]);
      pen.fillStyle = drawn ? "rgba(20,20,20,.55)" : "rgba(20,20,20,.3)";
      pen.strokeStyle = "#f4c95d";
      const [x, y, w, h] = this.pixels(box);
      pen.fillRect(x, y, w, h);
      pen.strokeRect(x, y, w, h);
      pen.setLineDash([]);
      pen.font = "600 16px sans-serif";
      pen.fillStyle = "#fff";
      pen.fillText(String(track.number), x + 6, y + 20);
    }
    if (this.drawing) {
      pen.strokeStyle = "#fff";
      pen.lineWidth = 2;
      pen.strokeRect(...this.pixels(this.drawing.box));
    }
    this.strip();
    this.fields();
  }

  pixels([left, top, width, height]) {
    const { width: wide, height: high } = this.canvas;
    return [(left * wide) / WHOLE, (top * high) / WHOLE, (width * wide) / WHOLE, (height * high) / WHOLE];
  }

  strip() {
    const canvas = by("masking-strip");
    const pen = canvas.getContext("2d");
    const { begin_us: begin, end_us: end } = this.setup;
    const x = (us) => ((us - begin) / (end - begin)) * canvas.width;
    const style = getComputedStyle(document.documentElement);
    pen.fillStyle = style.getPropertyValue("--late");
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = style.getPropertyValue("--ok");
    for (const [from, to] of this.book.decided) pen.fillRect(x(from), 0, x(to) - x(from), canvas.height);
    pen.fillStyle = style.getPropertyValue("--ink");
    for (const us of this.book.drawnAt()) pen.fillRect(x(us) - 1, 0, 2, canvas.height);
    pen.fillRect(x(this.at) - 2, 0, 4, canvas.height);
    canvas.dataset.at = this.place;
    const left = Math.ceil(this.book.undecided() / SECOND);
    by("masking-left").textContent = left
      ? t("Còn {n} giây chưa xét; các giây đó sẽ bị che đen và tắt tiếng.", "{n} seconds were not looked at; they will be black and silent.", { n: left })
      : t("Mọi giây đã được xét.", "Every second was looked at.");
    if (!this.draws) return;
    const black = Math.ceil(this.book.undecidedOfAll() / SECOND);
    by("masking-form").dataset.confirm = black
      ? t("Còn {n} giây hình chưa xét sẽ bị che đen và tắt tiếng. Vẫn lập bản sao?", "{n} seconds of picture nobody looked at will be black and silent. Make the copy all the same?", { n: black })
      : "";
  }

  tracks() {
    if (!this.draws) return;
    const options = this.book.tracks.map((track) => new Option(t("Người {n}", "Person {n}", { n: track.number }), track.number));
    by("track").replaceChildren(...options, new Option(t("(vẽ người mới)", "(draw a new person)"), ""));
    by("track").value = this.book.track?.number ?? "";
  }

  fields() {
    if (!this.draws) return;
    const box = this.book.track && this.book.boxOf(this.book.track, this.at)?.box;
    for (let n = 0; n < 4; n++) by(`box-${n}`).value = box ? Math.round(box[n] / 100) : "";
  }

  step(by_) {
    // A key held down shows every second on its way: what was skipped would count as not looked at.
    if (this.loading) return;
    this.place = Math.min(Math.max(this.place + by_, 0), this.camera.times.length - 1);
    this.show();
  }

  changed() {
    this.tracks();
    this.paint();
  }

  listen() {
    by("masking-camera").onchange = () => { this.choose(); if (by("see-copy").getAttribute("aria-pressed") === "true") this.copy(); };
    by("masking-at").oninput = (event) => { this.place = Number(event.target.value); this.show(); };
    by("step-back").onclick = () => this.step(-1);
    by("step-on").onclick = () => this.step(1);
    by("see-pictures").onclick = () => this.see(false);
    by("see-copy").onclick = () => this.copy();
    if (!this.draws) return;
    this.pointer();
    this.buttons();
    this.keys();
    by("masking-form").onsubmit = () => {
      const sound = document.querySelector("input[name=sound]:checked").value;
      by("masking-form").elements.decisions.value = this.book.written(sound);
    };
  }

  pointer() {
    const where = (event) => {
      const area = this.canvas.getBoundingClientRect();
      return [event.clientX - area.left, event.clientY - area.top].map((value, n) =>
        Math.round(Math.min(Math.max(value / (n ? area.height : area.width), 0), 1) * WHOLE));
    };
    this.canvas.onpointerdown = (event) => {
      const [x, y] = where(event);
      this.canvas.setPointerCapture(event.pointerId);
      this.drawing = { x, y, box: [x, y, 1, 1] };
    };
    this.canvas.onpointermove = (event) => {
      if (!this.drawing) return;
      const [x, y] = where(event);
      const { x: x0, y: y0 } = this.drawing;
      this.drawing.box = [Math.min(x, x0), Math.min(y, y0), Math.max(1, Math.abs(x - x0)), Math.max(1, Math.abs(y - y0))];
      this.paint();
    };
    this.canvas.onpointerup = () => {
      const box = this.drawing?.box;
      this.drawing = null;
      if (box && box[2] > 100 && box[3] > 100) this.book.draw(this.at, box);
      this.changed();
    };
    this.canvas.onpointercancel = () => { this.drawing = null; this.paint(); };
  }

  buttons() {
    const does = {
      "track-new": () => this.book.choose(null),
      "track-gone": () => this.book.gone(this.at) || this.say(t("Hãy chọn giây sau lần vẽ cuối của người này.", "Choose a second behind this person's last box.")),
      "key-drop": () => this.book.dropKey(this.at),
      "track-drop": () => this.book.dropTrack(),
      decide: () => this.book.decide(this.at) || this.say(t("Hãy xem từng giây trước: có giây chưa hiện ra.", "Look at every second first: some were not shown.")),
      undecide: () => this.book.undecide(this.at),
      "mute-from": () => { this.mute = this.at; },
      "mute-to": () => { if (this.mute !== null) this.book.mute(this.mute, this.at + SECOND); this.mute = null; },
    };
    for (const [id, act] of Object.entries(does)) {
      by(id).onclick = () => {
        this.say("");
        act();
        this.changed();
        by("mute-said").textContent = this.mute !== null ? clock.format(this.mute / 1000) : this.book.muted.map(([from, to]) => `${clock.format(from / 1000)}–${clock.format(to / 1000)}`).join(", ");
      };
    }
    by("track").onchange = (event) => { this.book.choose(Number(event.target.value) || null); this.changed(); };
    for (let n = 0; n < 4; n++) by(`box-${n}`).onchange = () => this.typed();
  }

  typed() {
    const values = [0, 1, 2, 3].map((n) => Math.round(Number(by(`box-${n}`).value) * 100));
    if (values.some((value) => !Number.isFinite(value)) || values[2] < 100 || values[3] < 100) return;
    const [left, top] = values.map((value) => Math.min(Math.max(value, 0), WHOLE - 100));
    this.book.draw(this.at, [left, top, Math.min(values[2], WHOLE - left), Math.min(values[3], WHOLE - top)]);
    this.changed();
  }

  keys() {
    const does = { ArrowLeft: "step-back", ArrowRight: "step-on", n: "track-new", e: "track-gone", Delete: "key-drop", d: "decide" };
    document.addEventListener("keydown", (event) => {
      const busy = event.target.closest("input, select, textarea, video, dialog") || event.ctrlKey || event.metaKey || event.altKey;
      const id = does[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (busy || !id) return;
      event.preventDefault();
      by(id).click();
    });
  }

  see(copy) {
    by("see-pictures").setAttribute("aria-pressed", String(!copy));
    by("see-copy").setAttribute("aria-pressed", String(copy));
    this.canvas.hidden = copy;
    by("masking-copy").hidden = !copy;
    by("masking-tools").hidden = copy;
    if (!copy) by("masking-copy").pause();
  }

  async copy() {
    this.see(true);
    this.film?.close();
    const failed = (refusal) => this.say(refusal instanceof Refused ? refusal.message : t("Trình duyệt không phát được bản sao; hãy tải lại trang.", "The browser cannot play the copy; reload the page."));
    const film = new Film(by("masking-copy"), `${this.setup.copies}${this.camera.id}`, { ask: (address) => this.fetched(address, true), failed });
    this.film = film;
    try {
      await film.start();
    } catch (refusal) {
      film.close();
      failed(refusal);
    }
  }
}

const setup = by("masking")?.dataset.setup;
if (setup) new Page(JSON.parse(setup)).start();
