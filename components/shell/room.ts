/** From how far the console is read, kept in a cookie so that the server draws it right at once. `auto`: by the screen. */
export const ROOMS = ['auto', 'desk', 'wall'] as const;
export type Room = (typeof ROOMS)[number];

export const ROOM_COOKIE = 'rc-room';

export function parseRoom(cookie: string | undefined): Room {
	return ROOMS.find((room) => room === cookie) ?? 'auto';
}
