/** Longest answer taken; far above any listing that a server's own limits let it send usefully. */
const FRAME_BYTES_MAX = 32 * 1024 * 1024;

/**
 * Cuts a byte stream into ZooKeeper's frames (4 bytes of length, then that many bytes). Each byte is copied at most once,
 * and `reset` forgets a frame that a disconnect cut, which the library would glue to the next connection's first bytes.
 */
export class Framing {
	#chunks: Buffer[] = [];
	#length = 0;

	reset(): void {
		this.#chunks = [];
		this.#length = 0;
	}

	/** Complete frames, their length bytes included. Throws RangeError when the stream cannot be ZooKeeper's. */
	push(chunk: Buffer): Buffer[] {
		this.#chunks.push(chunk);
		this.#length += chunk.length;
		if (this.#length < this.#frameEnd()) return [];
		const [first = chunk] = this.#chunks;
		const bytes = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#length);
		const frames: Buffer[] = [];
		let offset = 0;
		for (;;) {
			this.#chunks = [bytes.subarray(offset)];
			this.#length = bytes.length - offset;
			const end = this.#frameEnd();
			if (this.#length < end) break;
			frames.push(bytes.subarray(offset, offset + end));
			offset += end;
		}
		if (this.#length === 0) this.#chunks = [];
		return frames;
	}

	/** Bytes that the next frame needs, as far as its length is known. */
	#frameEnd(): number {
		if (this.#length < 4) return 4;
		const [first] = this.#chunks;
		if (first === undefined || first.length < 4) this.#chunks = [Buffer.concat(this.#chunks, this.#length)];
		const size = this.#chunks[0]?.readInt32BE(0) ?? 0;
		if (size < 0 || size > FRAME_BYTES_MAX) throw new RangeError(`A frame of ${size} bytes is not ZooKeeper's.`);
		return 4 + size;
	}
}
