-- What devices say of their models. A message that comes twice is one row: a device counts its messages since its start.
create table health (
    device        text not null,
    restarts      integer not null,
    sequence      bigint not null,
    at            bigint not null,
    model_crc     bigint not null,
    model_version bigint not null,
    inferences    bigint not null,
    latency_us    bigint not null,
    free_heap     bigint not null,
    rssi          integer not null,
    alarms        integer not null,
    message       bytea not null,
    primary key (device, restarts, sequence)
);

create index health_at on health (at);

-- The telemetry message that came last.
create table telemetry (
    device         text primary key,
    at             bigint not null,
    uptime         bigint not null,
    inferences     bigint not null,
    frames         bigint not null,
    lost_frames    bigint not null,
    sensor_errors  bigint not null,
    dropped        bigint not null,
    reconnects     bigint not null,
    free_heap      bigint not null,
    latency_min_us bigint not null,
    latency_us     bigint not null,
    latency_max_us bigint not null
);

-- Inputs that a model was not sure of. class_index is the model's, label a person's; data is filled part by part, parts_bytes says how far.
create table samples (
    device       text not null,
    restarts     integer not null,
    sample       bigint not null,
    at           bigint not null,
    model_crc    bigint not null,
    total_bytes  integer not null,
    class_index  integer not null,
    confidence   integer not null,
    entropy      integer not null,
    reasons      integer not null,
    element_type integer not null,
    parts_bytes  integer not null default 0,
    label        integer,
    labelled_by  text,
    labelled_at  bigint,
    primary key (device, restarts, sample)
);

create table sample_parts (
    device     text not null,
    restarts   integer not null,
    sample     bigint not null,
    first_byte integer not null,
    data       bytea not null,
    primary key (device, restarts, sample, first_byte)
);

-- Messages that were not believed: one row for a device and a kind, so that a flood does not fill the disk.
create table incidents (
    device   text not null,
    kind     text not null,
    first_at bigint not null,
    last_at  bigint not null,
    count    bigint not null,
    detail   text not null,
    primary key (device, kind)
);
