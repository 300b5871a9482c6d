import type { guide as english } from '../en/guide';
export const guide: typeof english = {
	title: '接入检查',
};
