// The frame: navigation, theme, connection state, and which view an address shows.
import { post, problemPanel, start, type Session } from "./api.js";
import { device } from "./device.js";
import { h, icon } from "./dom.js";
import { fleet } from "./fleet.js";
import { heading, type Leave, type View } from "./head.js";
import { connect } from "./live.js";
import { model, models } from "./models.js";
import { rollout, rollouts } from "./rollouts.js";
import { samples } from "./samples.js";
import { setTheme, theme, type Theme } from "./theme.js";

const pages: [path: string, title: string, symbol: string, also: string[]][] = [
  ["/", "Fleet", "M4 6h7v5H4zM13 6h7v5h-7zM4 13h7v5H4zM13 13h7v5h-7z", ["/device"]],
  ["/rollouts", "Rollouts", "M12 19V5M6 11l6-6 6 6", ["/rollout"]],
  ["/models", "Models", "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9", ["/model"]],
  ["/samples", "Samples", "M4 5h16v14H4zM4 15l5-4 4 3 3-2 4 3M15.5 9h.01", []]];
const views: Record<string, View> = { "/": fleet, "/device": device, "/rollouts": rollouts, "/rollout": rollout, "/models": models, "/model": model, "/samples": samples };
const main = document.getElementById("main") as HTMLElement;
let leave: Leave | void;
let turn = 0;

async function show(focus: boolean): Promise<void> {
  const mine = ++turn;
  leave?.();
  leave = undefined;
  drawNav();
  const view = views[location.pathname] ?? fleet;
  const holder = h("div");
  try {
    const next = await view(holder, new URLSearchParams(location.search));
    if (mine !== turn) {
      next?.();
      return;
    }
    leave = next;
  } catch (e) {
    holder.replaceChildren(heading("This did not work", ""), problemPanel(e, () => void show(true)));
  }
  if (mine === turn) {
    main.replaceChildren(holder);
    window.scrollTo({ top: 0 });
    if (focus) { main.querySelector("h1")?.focus(); }
    main.dataset["page"] = location.pathname;
  }
}

function drawNav(): void {
  const nav = document.getElementById("nav") as HTMLElement;
  const focused = document.activeElement?.closest("#nav a")?.getAttribute("href");
  nav.replaceChildren(...pages.map(([path, title, symbol, also]) => h("a", { href: path, "aria-current": location.pathname === path || also.includes(location.pathname) ? "page" : null }, icon(symbol), title)));
  if (focused) { nav.querySelector<HTMLElement>(`a[href="${focused}"]`)?.focus(); }
}

function drawEnd(session: Session): (state: "connecting" | "live" | "lost") => void {
  const live = h("span", { class: "chip", id: "live", role: "status" });
  const box = h("select", { "aria-label": "Colours", id: "theme" }, (["system", "light", "dark"] as Theme[]).map((t) => h("option", { value: t, selected: theme() === t }, t === "system" ? "System colours" : t === "light" ? "Light" : "Dark")));
  box.addEventListener("change", () => setTheme(box.value as Theme));
  document.getElementById("side-end")?.replaceChildren(h("div", { class: "row" }, live), h("div", {}, session.source), box,
    h("div", { class: "row" }, session.who, h("button", { type: "button", class: "plain", onclick: () => void post("/logout", {}).finally(() => location.assign("/login")) }, "Log out")));
  return (state) => {
    live.textContent = state === "live" ? "Live" : state === "lost" ? "Connection lost, trying again" : "Connecting";
    live.className = `chip ${state === "live" ? "good" : state === "lost" ? "bad" : ""}`;
  };
}

document.addEventListener("click", (e) => {
  const anchor = e.target instanceof Element ? e.target.closest("a") : null;
  if (anchor && anchor.origin === location.origin && anchor.pathname in views && !anchor.hasAttribute("download") && e.button === 0 && !e.ctrlKey && !e.metaKey && !e.shiftKey && !anchor.hash) {
    e.preventDefault();
    history.pushState(null, "", anchor.href);
    void show(true);
  }
});
window.addEventListener("popstate", () => void show(true));

const session = await start();
const state = drawEnd(session);
void connect(state);
await show(false);
