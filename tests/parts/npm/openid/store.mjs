// Keeps what the provider issues, in memory, for as long as the test runs. The provider's own memory store forgets
// all but the last thousand entries, which a load test would see as revoked tokens.

import { settings } from './settings.mjs';

export class Store {
  static #entries = new Map();
  static #grants = new Map();

  constructor(kind) {
    this.kind = kind;
  }

  #key(id) {
    return `${this.kind}:${id}`;
  }

  async upsert(id, payload, expiresIn) {
    const key = this.#key(id);
    const expires = expiresIn ? Date.now() + expiresIn * 1000 : Infinity;
    Store.#entries.set(key, { payload, expires });
    if (payload.grantId) {
      const members = Store.#grants.get(payload.grantId) ?? new Set();
      Store.#grants.set(payload.grantId, members.add(key));
    }
  }

  async find(id) {
    const entry = Store.#entries.get(this.#key(id));
    if (!entry || entry.expires <= Date.now()) return undefined;
    return this.#withinGrace(entry) ? { ...entry.payload, consumed: undefined } : entry.payload;
  }

  // A refresh token that was rotated a moment ago looks as if it had not been used.
  #withinGrace({ consumedAt }) {
    return this.kind === 'RefreshToken' && Date.now() - consumedAt < settings.rotationGrace * 1000;
  }

  async findByUid(uid) {
    return this.#findBy('uid', uid);
  }

  async findByUserCode(userCode) {
    return this.#findBy('userCode', userCode);
  }

  async consume(id) {
    const entry = Store.#entries.get(this.#key(id));
    if (!entry) return;
    entry.consumedAt ??= Date.now();
    entry.payload.consumed = Math.floor(entry.consumedAt / 1000);
  }

  async destroy(id) {
    Store.#entries.delete(this.#key(id));
  }

  async revokeByGrantId(grantId) {
    for (const key of Store.#grants.get(grantId) ?? []) Store.#entries.delete(key);
    Store.#grants.delete(grantId);
  }

  // Removes an account's entries of this kind and tells how many.
  destroyOf(accountId) {
    const of = this.#all().filter(([, { payload }]) => payload.accountId === accountId);
    for (const [key] of of) Store.#entries.delete(key);
    return of.length;
  }

  #all() {
    return [...Store.#entries].filter(([key]) => key.startsWith(`${this.kind}:`));
  }

  #findBy(field, value) {
    const found = this.#all().find(([, { payload, expires }]) => payload[field] === value && expires > Date.now());
    return found?.[1].payload;
  }
}
