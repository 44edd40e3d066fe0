// What the server sends; the same shapes as the records in Data/.
export type Level = "unknown" | "normal" | "watch" | "drift";
export interface Slice<T> { items: T[]; total: number; offset: number }
export interface Summary { devices: number; online: number; alarms: number; drifting: number; watched: number; failed: number; updating: number; samplesToLabel: number; models: { model: string; version: number; devices: number }[]; groups: string[] }
export interface DeviceRow { name: string; group: string; online: boolean; state: string; model: string; modelVersion: number; update: string; drift: Level; psi: number | null; alarms: string[]; latencyMicroseconds: number | null; confidence: number | null; lastSeen: number; restarts: number }
export interface DeviceEvent { at: number; level: string; text: string }
export interface Progress { state: string; rollout: number; modelVersion: number; partsStored: number; parts: number; status: number; explanation: string }
export interface DeviceDetail { row: DeviceRow; firmware: string; hardware: string; engine: string; modelId: string; modelBytes: number; arenaBytes: number; freeHeap: number; rssi: number; uptimeSeconds: number; inferences: number; droppedMessages: number; labels: string[]; progress: Progress; events: DeviceEvent[] }
export interface Point { at: number; inferences: number; latencyMicroseconds: number; meanConfidence: number; confidence: number[]; entropy: number[]; classes: number[]; freeHeap: number; rssi: number }
export interface Signal { name: string; edges: string[]; reference: number[]; live: number[]; psi: number; psiThreshold: number; ks: number; ksThreshold: number; level: Level }
export interface DriftView { device: string; level: Level; samples: number; referenceSamples: number; signals: Signal[]; history: { at: number; ratio: number }[]; alarms: string[] }
export interface RolloutRow { id: number; model: string; modelVersion: number; state: string; reason: string; stage: number; stages: number; devices: number; confirmed: number; failed: number; created: number; createdBy: string }
export interface Stage { name: string; percent: number; state: string; devices: number; receiving: number; trial: number; confirmed: number; failed: number; started: number | null; ended: number | null }
export interface Gate { name: string; measured: string; limit: string; state: string; detail: string }
export interface Audit { at: number; who: string; what: string; detail: string }
export type Action = "pause" | "resume" | "revert";
export interface Rollout { row: RolloutRow; stages: Stage[]; gates: Gate[]; audit: Audit[]; actions: Action[] }
export interface ModelRow { id: string; name: string; version: number; target: string; blobBytes: number; arenaBytes: number; devices: number; hasBlob: boolean }
export interface Io { name: string; type: string; shape: number[]; scale: number | null; zero: number | null }
export interface Layer { step: number; operator: string; kernel: string; input: string; output: string; constantBytes: number; arenaBytes: number }
export interface Span { name: string; offset: number; bytes: number; first: number; last: number }
export interface Report { id: string; name: string; version: number; target: string; blobBytes: number; arenaBytes: number; lowerBound: number; constantBytes: number; goldenVectors: number; labels: string[]; inputs: Io[]; outputs: Io[]; layers: Layer[]; arena: Span[]; aliveBytes: number[] }
export interface ProfileLayer { step: number; operator: string; kernel: string; instructions: number; cyclesEstimated: number; macs: number | null; bytesMoved: number }
export interface Board { board: string; ramFits: boolean; flashFits: boolean; latencyMillisecondsEstimated: number | null; energyMillijoulesEstimated: number | null }
export interface Profile { core: string; totalInstructions: number; totalCyclesEstimated: number; cycleModel: string; totalMacs: number | null; stackBytes: number; layers: ProfileLayer[]; boards: Board[] }
export interface Accuracy { set: string; records: number; accuracy: number; confusion: number[][] }
export interface Model { row: ModelRow; report: Report | null; cores: string[]; profiles: Profile[]; accuracy: Accuracy | null }
export interface Sample { id: number; device: string; at: number; model: string; modelVersion: number; shape: number[]; type: string; predicted: number; confidence: number; reason: string; label: number | null; labelledBy: string }
