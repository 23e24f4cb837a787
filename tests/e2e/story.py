#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The story of the desk, played by the real programs: from a signed event to an answered, cached, notified conversation,
through an outage and a restart. Every line it prints is a fact that was seen from outside: in the accessible tree, in the
server's database, at the channel's end, or in the notification daemon's history."""

import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import main, wait  # noqa: E402

NAME = "周小燕"
KEY = "zhouxy_77"
QUESTION = "您好，我的手表到哪了"
ORDER = "2211880055447"


def message(number, text):
    return {"id": f"story-{number}", "type": "message", "conversation": {"key": KEY, "type": "private"},
            "sender": {"key": KEY, "name": NAME}, "sent_at": int(time.time() * 1000),
            "parts": [{"type": "text", "text": text}]}


def order():
    now = int(time.time() * 1000)
    return {"id": "story-order", "type": "order", "sender": {"key": KEY, "name": NAME}, "sent_at": now,
            "order": {"number": ORDER, "platform": "taobao", "state": "shipped", "placed_at": now - 2 * 86400000,
                      "paid_at": now - 2 * 86400000, "shipped_at": now - 86400000,
                      "items": [{"title": "晴山 34 mm 石英女表", "variant": "雾蓝", "qty": 1, "price_minor": 56800}],
                      "total_minor": 56800, "discount_minor": 0, "paid_minor": 56800, "currency": "CNY",
                      "courier": "顺丰", "tracking": "SF1420887630512",
                      "track": [{"at": now - 3600000, "text": "到达杭州转运中心"}]}}


def dunst_history(j):
    history = json.loads(j.run("dunstctl", "history"))["data"][0]
    return [entry["summary"]["data"] + " " + entry["body"]["data"] for entry in history]


def play(j):
    j.start_keyring()
    j.start_notifications()
    j.start_server("--demo", "--speed", "0")
    added = j.run("kefu-server", "channel", "add", "wechat", "微信", "--shop", "拾光表行", "--url", j.sink.url,
                  "--data", j.data)
    channel, secret = (line.split()[1] for line in added.split("\n"))
    j.sink.secret = secret

    j.start_desk()
    j.see(j._("Try the Demo Shop"), "push button")
    j.shot("welcome")
    with open(os.path.join(j.data, "owner.json"), encoding="utf-8") as file:
        owner = json.load(file)
    j.sign_in(f"unix:{j.socket}", owner["login"], owner["password"])
    j.see("韩冬青")
    j.prove("an agent signs in and the inbox fills from the feed")
    j.shot("inbox")

    # --- a customer writes
    j.post(channel, secret, [order(), message(1, QUESTION)])
    j.prove("a signed event is stored once",
            j.post(channel, secret, [message(1, QUESTION)])["results"][0]["status"] == "duplicate")
    wait(lambda: j.run("dunstctl", "count", "displayed") == "1", "the notification")
    j.shot("notified")
    j.run("dunstctl", "action", "0")
    j.see(QUESTION, "label")
    j.composer()
    j.prove("a click on the notification opens the conversation")
    wait(lambda: any(QUESTION in line and NAME in line for line in dunst_history(j)), "the daemon's history")
    j.prove("the notification daemon showed who wrote and what")
    wait(lambda: j.find("0:", node=None) or j.find("00:"), "a running reply clock")
    j.prove("the reply clock runs")
    j.shot("conversation")

    # --- who is it, what did they order
    j.key("ctrl+2")
    j.see("2211 8800 5544")
    j.prove("the orders page shows what they bought")
    j.shot("orders")
    j.key("ctrl+1")

    # --- a phrase by initials, its blank filled, sent
    j.compose("/")
    j.see(j._("Inserts, does not send"))
    j.type("wlwz")
    wait(lambda: j.find("物流位置"), "the phrase in the list")
    j.shot("phrases")
    j.key("Return")
    fill_blanks(j)
    before = len(j.sink.bodies)
    j.key("Return")
    wait(lambda: len(j.sink.bodies) == before + 1, "the reply at the channel's end")
    reply = j.sink.texts()[-1]
    j.see(reply[:12])
    j.prove("a phrase found by pinyin initials, filled and sent, stands in the chat and reached the channel",
            "{" not in reply and "已经到杭州，正常 2 天" in reply)
    wait(lambda: j.sql(f"SELECT delivery FROM message WHERE body = '{reply}'") == ["sent"], "the delivery mark")
    j.prove("the server marked it as sent, once")

    # --- a promise becomes a checklist item
    j.compose("送您一颗电池")
    j.key("Return")
    j.see("送您一颗电池")
    wait(lambda: "送您一颗电池" in j.sink.texts(), "the promise at the channel's end")
    j.key("ctrl+d")
    wait(lambda: j.sql("SELECT count(*) FROM checklist_item WHERE kind = 'gift' AND title LIKE '%电池%'") == ["1"],
         "the checklist item on the server")
    j.key("ctrl+3")
    j.click(wait(lambda: j.find("电池", "check box"), "the item's check box"))
    wait(lambda: j.sql("SELECT done FROM checklist_item WHERE kind = 'gift' AND title LIKE '%电池%'") == ["1"],
         "the tick on the server")
    j.prove("one key puts a promise on the checklist, a tick takes it off, the server knows both")
    j.shot("checklist")

    # --- the server goes away
    j.stop_server()
    j.see(j._("Working offline"))
    j.prove("the desk says that it works offline")
    j.select("沈若溪")
    j.see("手腕细")
    j.prove("a cached chat can be opened and read")
    j.key("ctrl+f")
    j.write(j.see(j._("Search customers, orders, messages, phrases and the knowledge"), "entry"), "一颗电池")
    wait(lambda: j.find("一颗电池", "list item"), "the search hit")
    j.prove("and searched")
    j.shot("search-offline")
    j.key("Return")
    j.see("送您一颗电池")

    first, second = "这是断网时写的第一句", "这是断网时写的第二句"
    for text in (first, second):
        j.compose(text)
        j.key("Return")
        j.see(text)
    j.prove("two replies wait in the outbox")
    j.shot("offline")
    j.quit_desk()
    j.start_desk()
    j.see(j._("Working offline"))
    j.select(NAME)
    j.see(first)
    j.see(second)
    j.prove("closed and opened again, still offline, nothing is gone")
    j.shot("offline-again")

    # --- and comes back
    count = len(j.sink.bodies)
    j.start_server("--speed", "0")
    wait(lambda: len(j.sink.bodies) >= count + 2, "the waiting replies at the channel's end", 90)
    j.gone(j._("Working offline"))
    j.prove("the server returns: both replies went out once each, in order", j.sink.texts()[count:] == [first, second])
    j.prove("and the server holds each once",
            j.sql(f"SELECT count(*) FROM message WHERE body IN ('{first}', '{second}')") == ["2"])
    j.shot("back")
    j.quit_desk()
    j.stop_server()
    j.prove("no text of a customer and no password is in the desk's log", not leaked(j))


def fill_blanks(j):
    j.key("BackSpace")
    j.write(j.composer(), "杭州")
    j.key("Tab")
    j.type("2")


def leaked(j):
    with open(os.path.join(j.folder, "desk.log"), encoding="utf-8", errors="replace") as file:
        log = file.read()
    return QUESTION in log or "电池" in log


if __name__ == "__main__":
    sys.exit(main(play))
