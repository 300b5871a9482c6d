import type { palette as english } from '../en/palette';

export const palette: typeof english = {
	open: '跳转…',
	openHint: '跳转到页面、集群或成员',
	title: '跳转',
	search: '输入页面、集群、成员 ID 或命令',
	none: '没有匹配项',
	noneText: '可输入成员 ID 的一部分，或页面名称。',
	hint: '↑ ↓ 选择，Enter 前往，Esc 关闭',
	groups: { pages: '页面', clusters: '集群', members: '成员', commands: '命令' },
	pageOf: (page, cluster) => `${cluster} · ${page}`,
	commands: {
		language: '切换到英文',
		system: '主题：跟随系统',
		light: '主题：浅色',
		dark: '主题：深色',
		help: '查看全部快捷键',
	},
	helpTitle: '键盘快捷键',
	helpText: '在输入框中输入或打开对话框时不生效。',
	helpGroups: { anywhere: '任意页面', goTo: '前往页面', lists: '成员列表', dialogs: '对话框' },
	afterwards: '然后',
	keys: {
		palette: '跳转到页面、集群或成员',
		help: '显示此列表',
		search: '搜索成员',
		nextRow: '下一行',
		previousRow: '上一行',
		openRow: '打开所在行',
		close: '关闭，焦点回到原处',
	},
};
