/**
 * The event stream: one WebSocket, resumed from the last event that was seen.
 */
import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IMlxEvents } from '../tokens';
import { API_PATH } from './client';
import type { MlxEvent } from './types';

/**
 * A stream of events that reconnects with exponential backoff and replays what it missed.
 */
export class EventStream implements IMlxEvents {
  constructor(options: EventStream.IOptions) {
    this._settings = options.serverSettings;
    this._minDelay = options.minDelay ?? 500;
    this._maxDelay = options.maxDelay ?? 10000;
  }

  get event(): ISignal<this, MlxEvent> {
    return this._event;
  }

  get statusChanged(): ISignal<this, IMlxEvents.Status> {
    return this._statusChanged;
  }

  /**
   * Emitted when the server's ids are behind ours: its store is another one, so what
   * was listed before says nothing any more.
   */
  get reset(): ISignal<this, void> {
    return this._reset;
  }

  get status(): IMlxEvents.Status {
    return this._status;
  }

  get lastId(): number {
    return this._lastId;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  start(after: number): void {
    if (this._isDisposed) {
      return;
    }
    this._lastId = after;
    this._attempts = 0;
    this._connect();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._close();
    this._setStatus('stopped');
    Signal.clearData(this);
  }

  private _close(): void {
    clearTimeout(this._timer);
    const socket = this._socket;
    this._socket = null;
    if (socket) {
      socket.onclose = socket.onerror = socket.onmessage = null;
      socket.close();
    }
  }

  private _connect(): void {
    this._close();
    this._setStatus('connecting');
    const { wsUrl, token, appendToken, WebSocket: Factory } = this._settings;
    const query: Record<string, string> = { after: String(this._lastId) };
    if (appendToken && token) {
      query.token = token;
    }
    const url =
      URLExt.join(wsUrl, API_PATH, 'events') +
      URLExt.objectToQueryString(query);
    const socket = new Factory(url);
    socket.onmessage = message => this._onMessage(String(message.data));
    // An error is always followed by a close, which is where the next try is planned.
    socket.onclose = () => this._onClose();
    this._socket = socket;
  }

  private _onMessage(text: string): void {
    const event = JSON.parse(text) as MlxEvent;
    if (event.kind === 'hello') {
      this._attempts = 0;
      if (event.id < this._lastId) {
        this._lastId = event.id;
        this._reset.emit();
      }
      this._setStatus('live');
      return;
    }
    if (event.id <= this._lastId) {
      return;
    }
    this._lastId = event.id;
    this._event.emit(event);
  }

  private _onClose(): void {
    this._socket = null;
    this._setStatus('waiting');
    const ceiling = Math.min(
      this._maxDelay,
      this._minDelay * 2 ** Math.min(this._attempts, 16)
    );
    this._attempts += 1;
    // Jitter, so that a server that comes back is not met by all its pages at once.
    const delay = ceiling * (0.5 + Math.random() / 2);
    this._timer = setTimeout(() => this._connect(), delay);
  }

  private _setStatus(status: IMlxEvents.Status): void {
    if (status !== this._status) {
      this._status = status;
      this._statusChanged.emit(status);
    }
  }

  private _settings: ServerConnection.ISettings;
  private _minDelay: number;
  private _maxDelay: number;
  private _socket: WebSocket | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _attempts = 0;
  private _lastId = 0;
  private _status: IMlxEvents.Status = 'stopped';
  private _isDisposed = false;
  private _event = new Signal<this, MlxEvent>(this);
  private _statusChanged = new Signal<this, IMlxEvents.Status>(this);
  private _reset = new Signal<this, void>(this);
}

export namespace EventStream {
  export interface IOptions {
    serverSettings: ServerConnection.ISettings;
    /** Milliseconds before the first reconnection. */
    minDelay?: number;
    /** The most milliseconds between two tries. */
    maxDelay?: number;
  }
}
