-- Update servers that are running now; each says so every few seconds.
create table servers (
    id      text primary key,
    broker  text not null,
    root    text not null,
    started bigint not null,
    seen    bigint not null
);
