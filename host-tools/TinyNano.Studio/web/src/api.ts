// Talking to the server. Every refusal has a sentence and a hint, and pages show both.
import { h } from "./dom.js";

export interface Session { csrf: string; who: string; source: string }

export class Problem extends Error {
  constructor(readonly id: string, message: string, readonly hint: string) {
    super(message);
  }
}

let session: Session | null = null;

export async function start(): Promise<Session> {
  session = await get<Session>("/api/session");
  return session;
}

export function get<T>(path: string, query: Record<string, string | number> = {}): Promise<T> {
  const text = new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)])).toString();
  return ask<T>(text ? `${path}?${text}` : path, {});
}

export function post<T>(path: string, body: unknown): Promise<T> {
  return ask<T>(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-TinyNano-Csrf": session?.csrf ?? "" } });
}

export async function binary(path: string, query: Record<string, string | number>): Promise<ArrayBuffer> {
  const response = await reach(`${path}?${new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]))}`, {});
  return response.arrayBuffer();
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await reach(path, init);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: "same-origin" });
  } catch {
    throw new Problem("TN6930", "The server does not answer.", "See whether tinynano studio is still running, then try again.");
  }
  if (response.status === 401) {
    location.assign("/login");
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => null) as { id?: string; message?: string; hint?: string } | null;
    throw new Problem(problem?.id ?? `HTTP ${response.status}`, problem?.message ?? "The server refused.", problem?.hint ?? "Try again.");
  }
  return response;
}

// A problem as a panel, with a way on.
export function problemPanel(e: unknown, retry?: () => void): HTMLElement {
  const problem = e instanceof Problem ? e : new Problem("TN6931", e instanceof Error ? e.message : "Something went wrong in the page.", "Reload the page.");
  return h("div", { class: "panel problem", role: "alert" }, h("h2", {}, problem.message), problem.hint ? h("p", {}, problem.hint) : null, h("p", { class: "muted small" }, problem.id), retry ? h("button", { type: "button", onclick: retry }, "Try again") : null);
}
