// The server as a whole: figures, alarms, and what to do when nothing runs.

import { bytes, duration, whole } from "./format.js";

const $ = (id) => document.getElementById(id);

function set(node, words) {
  if (node.textContent !== words) {
    node.textContent = words;
  }
}

/** Shows the server's figures. */
export function showServer(server) {
  set($("server-line"), `gRPC ${location.hostname}:${server.grpcPort}${server.ready ? "" : ", not ready"}`);
  set($("sum-streams"), whole(server.running));
  set($("sum-subscribers"), whole(server.subscriptions));
  set($("sum-subscribers-of"), `of ${whole(server.maxSubscriptions)}`);
  set($("sum-held"), bytes(server.heldBytes));
  set($("sum-held-of"), `of ${bytes(server.maxHeldBytes)}`);
  $("sum-held-meter").firstChild.style.width = `${(100 * server.heldBytes) / server.maxHeldBytes}%`;
  set($("sum-machine"), server.machine);
  set($("sum-uptime"), duration(server.uptimeSeconds));
}

/** Shows alarms; the title alone is announced, and only when it changes. */
export function showAlarms(alarms, onChoose) {
  $("alarms").dataset.count = String(alarms.length);
  const where = (a) => (a.stream ? `stream ${a.stream}` : "server");
  const titles = alarms.map((a) => `${a.name}, ${where(a)}`).join("; ");
  set(
    $("alarms-title"),
    alarms.length === 0 ? "No alarms" : alarms.length === 1 ? `Alarm: ${titles}` : `${alarms.length} alarms: ${titles}`,
  );
  const list = $("alarm-list");
  while (list.children.length > alarms.length) {
    list.lastChild.remove();
  }
  alarms.forEach((alarm, k) => {
    const item = list.children[k] ?? list.appendChild(makeAlarm(onChoose));
    const [name, button, text, remedy] = item.parts;
    set(name, alarm.name);
    button.hidden = !alarm.stream;
    button.dataset.stream = String(alarm.stream);
    set(button, `Show stream ${alarm.stream}`);
    set(text, alarm.text);
    set(remedy, alarm.remedy);
  });
}

function makeAlarm(onChoose) {
  const item = document.createElement("li");
  const head = document.createElement("span");
  const name = document.createElement("b");
  const button = document.createElement("button");
  button.type = "button";
  button.addEventListener("click", () => onChoose(Number(button.dataset.stream)));
  head.append(name, button);
  const text = document.createElement("span");
  const remedy = document.createElement("span");
  remedy.className = "remedy";
  item.append(head, text, remedy);
  item.parts = [name, button, text, remedy];
  return item;
}

/** Shows how to start a stream, or that there is nothing to start. */
export function showEmpty(server) {
  $("empty").hidden = server.running > 0;
  $("empty-command").hidden = !server.command;
  set(
    $("empty-text"),
    server.command ? "Start one, in another terminal:" : "This server has no trained model; `hmc` serves any target, see the README.",
  );
  set($("command"), server.command);
}

/** Wires the button that copies the command. */
export function wireCopy() {
  $("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText($("command").textContent);
      set($("copy"), "Copied");
    } catch {
      getSelection().selectAllChildren($("command"));
      set($("copy"), "Selected: press Ctrl+C");
    }
    setTimeout(() => set($("copy"), "Copy"), 2000);
  });
}

let ticking = 0;

/** Shows the state of the feed. */
export function showLink(state) {
  const words = { connecting: "Connecting", live: "Live", paused: "Paused", lost: "Lost" };
  $("link").dataset.state = state.name;
  set($("link"), words[state.name]);
  const lost = state.name === "lost";
  $("lost").hidden = !lost;
  document.body.classList.toggle("stale", lost);
  clearInterval(ticking);
  if (lost) {
    set($("lost-text"), `Lost the server at ${location.host}. What is shown is the last that was heard.`);
    const count = () => {
      const left = Math.ceil((state.next - Date.now()) / 1000);
      set($("lost-next"), left > 0 ? `Trying again in ${left} s` : "Trying again");
    };
    count();
    ticking = setInterval(count, 500);
  }
}
