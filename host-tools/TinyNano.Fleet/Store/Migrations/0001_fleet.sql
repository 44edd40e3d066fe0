-- Devices as they last reported. Times are milliseconds since 1970; a column is null until the device has said it.
create table devices (
    device           text primary key,
    first_seen       bigint not null,
    last_seen        bigint not null,
    online           integer not null default 0,
    state            integer,
    engine           integer,
    slot             integer,
    status           integer,
    restarts         integer,
    model_version    bigint,
    model_crc        bigint,
    model_bytes      bigint,
    arena_bytes      bigint,
    free_heap        bigint,
    model_name       text,
    firmware         text,
    application      text,
    update_session   bigint,
    update_state     integer,
    update_status    integer,
    update_rollout   bigint,
    update_version   bigint,
    update_attempts  integer,
    update_at        bigint,
    parts_stored     integer,
    parts            integer,
    bytes_received   bigint,
    base_crc         bigint,
    base_bytes       bigint,
    counter          bigint,
    shadow_samples   bigint,
    shadow_agreed    bigint,
    fault_step       integer,
    fault_tensor     integer
);

create table fleet_groups (
    name    text primary key,
    note    text not null default '',
    created bigint not null
);

create table group_devices (
    name   text not null references fleet_groups (name) on delete cascade,
    device text not null,
    primary key (name, device)
);

create index group_devices_device on group_devices (device);

-- Hashes are SHA-256 in hexadecimal.
create table blobs (
    hash          text primary key,
    bytes         bigint not null,
    crc           bigint not null,
    model_version bigint not null,
    model         text not null,
    added         bigint not null,
    data          bytea not null
);

create table manifests (
    session       bigint primary key,
    kind          integer not null,
    rollout       bigint not null,
    issued        bigint not null,
    counter       bigint not null,
    model_version bigint not null,
    model         text not null,
    hardware      text not null,
    key_id        text not null,
    blob_hash     text not null,
    withdrawn     integer not null default 0,
    added         bigint not null,
    data          bytea not null
);

-- plan is JSON. soak_since is when enough devices of the stage had confirmed. revision counts the changes: who writes names the revision that was read.
create table rollouts (
    id             {id},
    name           text not null,
    session        bigint not null references manifests (session),
    revert_session bigint references manifests (session),
    plan           text not null,
    state          integer not null,
    stage          integer not null,
    stage_since    bigint not null,
    soak_since     bigint,
    reason         text not null default '',
    created        bigint not null,
    created_by     text not null,
    changed        bigint not null,
    revision       bigint not null default 0
);

create table rollout_devices (
    rollout         bigint not null references rollouts (id) on delete cascade,
    device          text not null,
    hash_share      double precision not null,
    stage           integer not null,
    state           integer not null,
    status          integer not null default 0,
    offered         bigint,
    changed         bigint,
    parts_stored    integer not null default 0,
    parts           integer not null default 0,
    restarts_before integer,
    bytes_sent      bigint not null default 0,
    messages_sent   bigint not null default 0,
    requests        bigint not null default 0,
    primary key (rollout, device)
);

create index rollout_devices_device on rollout_devices (device);

-- Who did what, when and why. detail is JSON.
create table audit (
    id      {id},
    at      bigint not null,
    actor   text not null,
    action  text not null,
    subject text not null,
    rollout bigint,
    reason  text not null default '',
    detail  text not null default ''
);

create index audit_at on audit (at);
create index audit_rollout on audit (rollout);
