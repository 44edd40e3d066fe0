// The live connection: one for the whole page; views say what they want to hear and stop when they are left.
import type { DeviceRow, Point } from "./types.js";

declare const signalR: typeof import("@microsoft/signalr");

type State = "connecting" | "live" | "lost";

const retry = [0, 1000, 2000, 5000, 10000];
const connection = new signalR.HubConnectionBuilder().withUrl("/live")
  .withAutomaticReconnect({ nextRetryDelayInMilliseconds: (c) => retry[Math.min(c.previousRetryCount, retry.length - 1)] ?? 10000 })
  .configureLogging(signalR.LogLevel.None).build();
const watched = new Map<string, string[]>();
let report: (state: State) => void = () => undefined;

export async function connect(onState: (state: State) => void): Promise<void> {
  report = onState;
  connection.onreconnecting(() => report("lost"));
  connection.onreconnected(() => void resume());
  connection.onclose(() => report("lost"));
  report("connecting");
  for (;;) {
    try {
      await connection.start();
      await resume();
      return;
    } catch {
      report("lost");
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
}

async function resume(): Promise<void> {
  for (const [method, parameters] of watched.values()) {
    await connection.invoke(method as string, ...(parameters === undefined ? [] : [parameters]));
  }
  report("live");
}

function watch(key: string, enter: string[], leave: string[]): () => void {
  watched.set(key, enter);
  call(enter);
  return () => {
    watched.delete(key);
    call(leave);
  };
}

function call([method, ...parameters]: string[]): void {
  if (connection.state === signalR.HubConnectionState.Connected && method) {
    connection.invoke(method, ...parameters).catch(() => undefined);
  }
}

export function onFleet(changed: (rows: DeviceRow[]) => void): () => void {
  connection.on("devices", changed);
  const leave = watch("fleet", ["WatchFleet"], ["LeaveFleet"]);
  return () => {
    connection.off("devices", changed);
    leave();
  };
}

export function onDevice(name: string, changed: (row: DeviceRow) => void, added: (point: Point) => void): () => void {
  const row = (r: DeviceRow): void => { if (r.name === name) { changed(r); } };
  const point = (device: string, p: Point): void => { if (device === name) { added(p); } };
  connection.on("device", row);
  connection.on("point", point);
  const leave = watch(`device/${name}`, ["WatchDevice", name], ["LeaveDevice", name]);
  return () => {
    connection.off("device", row);
    connection.off("point", point);
    leave();
  };
}

export function onRollout(changed: (id: number) => void): () => void {
  connection.on("rollout", changed);
  return () => connection.off("rollout", changed);
}

export function onSamples(changed: () => void): () => void {
  connection.on("samples", changed);
  return () => connection.off("samples", changed);
}
