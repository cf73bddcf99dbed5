// Keeps what the provider issues, in memory, for as long as the test runs. The provider's own memory store forgets
// all but the last thousand entries, which a load test would see as revoked tokens.

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
    return entry && entry.expires > Date.now() ? entry.payload : undefined;
  }

  async findByUid(uid) {
    return this.#findBy('uid', uid);
  }

  async findByUserCode(userCode) {
    return this.#findBy('userCode', userCode);
  }

  async consume(id) {
    const entry = Store.#entries.get(this.#key(id));
    if (entry) entry.payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    Store.#entries.delete(this.#key(id));
  }

  async revokeByGrantId(grantId) {
    for (const key of Store.#grants.get(grantId) ?? []) Store.#entries.delete(key);
    Store.#grants.delete(grantId);
  }

  #findBy(field, value) {
    for (const [key, { payload, expires }] of Store.#entries) {
      if (key.startsWith(`${this.kind}:`) && payload[field] === value && expires > Date.now()) return payload;
    }
    return undefined;
  }
}
