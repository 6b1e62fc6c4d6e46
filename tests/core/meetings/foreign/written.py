"""How tests read a log, and small logs of every format, written for them. All say the same five things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from cloudbot.core.meetings.lines import Line
from cloudbot.core.meetings.logs.days import first_day
from cloudbot.core.meetings.logs.formats import HEAD, named, readings, recognise
from cloudbot.core.meetings.logs.reading import LogReading
from cloudbot.core.meetings.logs.rows import Row, Rows

DAY = date(2026, 3, 4)


def rows_of(*chunks: bytes) -> list[Row]:
    rows = Rows()
    return [row for chunk in chunks for row in rows.feed(chunk)] + list(rows.end())


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    lines: list[Line]
    reading: LogReading


def read(log: str | bytes, form: str, *, day: date = DAY, zone: tzinfo = UTC, channel: str = "") -> Read:
    reading = LogReading(named(form), day=day, zone=zone, channel=channel)
    rows = rows_of(log if isinstance(log, bytes) else log.encode())
    return Read(lines=[line for row in rows for line in reading.read(row)], reading=reading)


def lines(log: str | bytes, form: str, *, day: date = DAY, zone: tzinfo = UTC) -> list[Line]:
    return read(log, form, day=day, zone=zone).lines


def said(log: str | bytes, form: str) -> list[str]:
    """The lines of a log as `14:26:00 ana says: text`."""
    return [f"{line.at:%H:%M:%S} {line.nick} {line.kind}: {line.text}" for line in lines(log, form)]


def form_of(log: str | bytes) -> str | None:
    judged = recognise(rows_of(log if isinstance(log, bytes) else log.encode())[:HEAD])
    return judged.format.name if judged.format is not None else None


def day_of(log: str, form: str, *names: str) -> date | None:
    one = named(form)
    entries = (entry for _, found in readings(one, rows_of(log.encode())[:HEAD]) for entry in found or ())
    return first_day(entries, names)


SAME = [
    "14:26:00 ana says: #startmeeting",
    "14:26:05 ana[m] says: hello: [off] <all>",
    "14:26:10 ben does: waves * twice",
    "14:26:15 ben is now: ben_",
    "14:26:20 ben_ says: #endmeeting",
]
"""What every log below says; those of programs that write no change of nick lack the fourth."""

LOGS = {
    "meetbot": """\
14:26:00 <ana> #startmeeting
14:26:05 <ana[m]> hello: [off] <all>
14:26:10 * ben waves * twice
14:26:20 <ben_> #endmeeting
""",
    "meetbot-html": """\
<!DOCTYPE html>
<html>
<head>
<title>#chan log</title>
<style>
body { background: #f0f0f0; }
/* remark: x */
</style>
</head>
<body>
<pre><a name="l-1"></a><span class="tm">14:26:00</span><b> &lt;ana&gt;</b> <i class="cmd">#startmeeting</i>
<a href="#l-2" name="l-2"><span class="tm">14:26:05</span></a><b> &lt;ana[m]&gt;</b> hello: [off] &lt;all&gt;
<a name="l-3"></a><span class="tm">14:26:10</span> <span class="nka">* ben</span> <span class="ac">waves * twice</span>
<a name="l-4"></a><span class="tm">14:26:20</span> <b>&lt;ben_&gt;</b> <i><i class="cmd">#endmeeting</i></i>
</pre>
</body>
</html>
""",
    "rrsagent-html": """\
<!DOCTYPE html>
<html><head><title>IRC log of #chan on 2026-03-04</title></head>
<body>
<h1>IRC log of #chan on 2026-03-04</h1>
<dl>
<dt id="T14-25-50">14:25:50 [RRSAgent]</dt><dd>RRSAgent has joined #chan</dd>
<dt id="T14-26-00">14:26:00 [ana]</dt><dd>#startmeeting</dd>
<dt id="T14-26-05">14:26:05 [ana[m]]</dt><dd>hello: [off] &lt;all&gt;</dd>
<dt id="T14-26-15" class="IRC">14:26:15 [ben]
<dd>ben is now known as ben_
<dt id="T14-26-20" class="IRC">14:26:20 [ben_]
<dd>#endmeeting
</dl>
</body></html>
""",
    "rrsagent": """\
14:25:50 <RRSAgent> RRSAgent has joined #chan
14:25:51 <ben> ben has joined #chan
14:26:00 <ana> #startmeeting
14:26:05 <ana[m]> hello: [off] <all>
14:26:10 * ben waves * twice
14:26:15 <ben> ben is now known as ben_
14:26:20 <ben_> #endmeeting
14:26:30 <ana> ana has changed the topic to: nothing
""",
    "irssi": """\
--- Log opened Wed Mar 04 14:20:00 2026
14:25:50 -!- ben [~ben@203.0.113.7] has joined #chan
14:25:50 [Users #chan]
14:25:50 [@ana] [ ben ]
14:25:50 -!- Irssi: #chan: Total of 2 nicks [1 ops, 0 halfops, 0 voices, 1 normal]
14:25:55 -!- mode/#chan [+o ana] by ChanServ
14:26:00 <@ana> #startmeeting
14:26:05 < ana[m]> hello: [off] <all>
14:26:10  * ben waves * twice
14:26:15 -!- ben is now known as ben_
14:26:20 < ben_> #endmeeting
14:26:30 -!- ben_ [~ben@203.0.113.7] has quit [Ping timeout: 240 seconds]
--- Log closed Wed Mar 04 14:30:00 2026
""",
    "weechat": """\
2026-03-04 14:25:50\t-->\tben (~ben@203.0.113.7) has joined #chan
2026-03-04 14:25:51\t--\tMode #chan [+o ana] by ChanServ
2026-03-04 14:26:00\t@ana\t#startmeeting
2026-03-04 14:26:05\tana[m]\thello: [off] <all>
2026-03-04 14:26:10\t *\tben waves * twice
2026-03-04 14:26:15\t--\tben is now known as ben_
2026-03-04 14:26:20\tben_\t#endmeeting
2026-03-04 14:26:30\t<--\tben_ (~ben@203.0.113.7) has quit (Quit: bye)
""",
    "znc": """\
[14:25:50] *** Joins: ben (~ben@203.0.113.7)
[14:25:51] *** ChanServ sets mode: +o ana
[14:26:00] <ana> #startmeeting
[14:26:05] <ana[m]> hello: [off] <all>
[14:26:10] * ben waves * twice
[14:26:15] *** ben is now known as ben_
[14:26:20] <ben_> #endmeeting
[14:26:30] *** Quits: ben_ (~ben@203.0.113.7) (Quit: bye)
""",
    "irccloud": """\
#chan
[2026-03-04 14:25:50] → Joined channel #chan
[2026-03-04 14:25:51] → ben joined (~ben@203.0.113.7)
[2026-03-04 14:25:52] * ChanServ sets mode +o ana
[2026-03-04 14:26:00] <ana> #startmeeting
[2026-03-04 14:26:05] <ana[m]> hello: [off] <all>
[2026-03-04 14:26:10] — ben waves * twice
[2026-03-04 14:26:15] * ben → ben_
[2026-03-04 14:26:20] <ben_> #endmeeting
[2026-03-04 14:26:25] ← cleo left (~cleo@203.0.113.8)
[2026-03-04 14:26:30] ⇐ ben_ quit (~ben@203.0.113.7): Quit: bye
""",
    "quassel": """\
[14:25:50] --> ben (~ben@203.0.113.7) has joined #chan
[14:25:51] *** Mode #chan +o ana by ChanServ
[14:25:52] * Topic for #chan is "nothing"
[14:26:00] <@ana> #startmeeting
[14:26:05] <ana[m]> hello: [off] <all>
[14:26:10] -*- ben waves * twice
[14:26:15] <-> ben is now known as ben_
[14:26:20] <ben_> #endmeeting
[14:26:30] <-- ben_ (~ben@203.0.113.7) has quit (Quit: bye)
""",
    "xchat": """\
**** BEGIN LOGGING AT Wed Mar  4 14:20:00 2026

Mar 04 14:20:00 *\tNow talking on #chan
Mar 04 14:25:50 *\tben (~ben@203.0.113.7) has joined
Mar 04 14:25:51 *\tChanServ gives channel operator status to ana
Mar 04 14:25:52 -->\tcleo (~cleo@203.0.113.8) has joined #chan
Mar 04 14:26:00 <ana>\t#startmeeting
Mar 04 14:26:05 <ana[m]>\thello: [off] <all>
Mar 04 14:26:10 *\tben waves * twice
Mar 04 14:26:15 *\tben is now known as ben_
Mar 04 14:26:20 <ben_>\t#endmeeting
Mar 04 14:26:30 *\tben_ has quit (Quit: bye)
**** ENDING LOGGING AT Wed Mar  4 14:30:00 2026
""",
    "mirc": """\
Session Start: Wed Mar 04 14:20:00 2026
Session Ident: #chan
[14:25:50] * ben (~ben@203.0.113.7) has joined #chan
[14:25:51] * ChanServ sets mode: +o ana
[14:26:00] <@ana> #startmeeting
[14:26:05] <ana[m]> hello: [off] <all>
[14:26:10] * ben waves * twice
[14:26:15] * ben is now known as ben_
[14:26:20] <ben_> #endmeeting
[14:26:30] * ben_ (~ben@203.0.113.7) Quit (Quit: bye)
Session Close: Wed Mar 04 14:30:00 2026
""",
    "iso": """\
[2026-03-04T14:26:00.123Z]\t<ana>\t#startmeeting
[2026-03-04T14:26:05.000Z]\t<ana[m]>\thello: [off] <all>
[2026-03-04T14:26:10.999Z]\t*\tben waves * twice
[2026-03-04T14:26:20.000Z]\t<ben_>\t#endmeeting
""",
    "bip": """\
04-03-2026 14:25:50 -!- ben!~ben@203.0.113.7 has joined #chan
04-03-2026 14:26:00 < ana!~ana@203.0.113.9: #startmeeting
04-03-2026 14:26:05 < ana[m]!~ana@203.0.113.9: hello: [off] <all>
04-03-2026 14:26:10 < * ben!~ben@203.0.113.7 waves * twice
04-03-2026 14:26:15 -!- ben is now known as ben_
04-03-2026 14:26:20 > ben_: #endmeeting
""",
    "pidgin": """\
Conversation with #chan at Wed 04 Mar 2026 02:20:00 PM UTC on cleo@irc.example.org (irc)
(02:25:50 PM) ben [~ben@203.0.113.7] entered the room.
(02:25:51 PM) mode (+o ana) by ChanServ
(02:26:00 PM) ana: #startmeeting
(02:26:05 PM) ana[m]: hello: [off] <all>
(02:26:10 PM) ***ben waves * twice
(02:26:15 PM) ben is now known as ben_
(02:26:20 PM) ben_: #endmeeting
(02:26:30 PM) ben_ left the room (quit: Quit: bye).
""",
    "hcoop": """\
{"founder": "ana", "channel": "#chan", "messages": [
 {"id": "id-0", "sender": "ana", "payload": "#startmeeting", "action": false, "timestamp": "2026-03-04T14:26:00"},
 {"sender": "ana[m]", "payload": "hello: [off] <all>", "action": false, "timestamp": "2026-03-04T14:26:05"},
 {
  "sender": "ben",
  "payload": "waves * twice",
  "action": true,
  "timestamp": "2026-03-04T14:26:10"
 }, {"sender": "ben_", "payload": "#endmeeting", "action": false, "timestamp": "2026-03-04T16:26:20+02:00"}
], "events": [{"sender": "dora", "payload": "x", "timestamp": "2026-03-04T14:26:00"}]}
""",
    "wire": """\
<:ben!~ben@203.0.113.7 JOIN #chan
<@time=2026-03-04T14:26:00.000Z :ana!~ana@203.0.113.9 PRIVMSG #chan :#startmeeting
<@time=2026-03-04T14:26:05.000Z :ana[m]!~ana@203.0.113.9 PRIVMSG #chan :hello: [off] <all>
<@time=2026-03-04T14:26:06.000Z :dora!~dora@203.0.113.9 PRIVMSG #other :elsewhere
<@time=2026-03-04T14:26:06.000Z :dora!~dora@203.0.113.9 PRIVMSG ana :in private
<@time=2026-03-04T14:26:10.000Z :ben!~ben@203.0.113.7 PRIVMSG #chan :\\u{1}ACTION waves * twice\\u{1}
<@time=2026-03-04T14:26:15.000Z :ben!~ben@203.0.113.7 NICK :ben_
<@time=2026-03-04T14:26:20.000Z :ben_!~ben@203.0.113.7 PRIVMSG #chan :#endmeeting
""",
    "plain": """\
14:26:00 ana: #startmeeting
14:26:05 ana[m]: hello: [off] <all>
14:26:10 * ben waves * twice
14:26:15 ben is now known as ben_
14:26:20 ben_: #endmeeting
""",
}
