import type { shell as english } from '../en/shell';
import { FORMATS } from '../format';

const f = FORMATS.zh;

export const shell: typeof english = {
	product: 'Rollcall',
	tagline: '谁真正在线，一看便知',
	skip: '跳到正文',
	navigation: '主导航',
	clusters: '集群',
	members: '成员',
	suspects: '异常成员',
	audit: '审计日志',
	chooseCluster: '选择集群',
	allClusters: '全部集群',
	suspectsBadge: (count) => `${f.number(count)} 个成员异常`,
	servers: (count, leader) => `${f.number(count)} 台服务器${leader ? `，Leader 为 ${leader}` : ''}`,
	ensembleSilent: 'ZooKeeper 无响应',
	signOut: '退出登录',
	signedInAs: (name, role) => `${name}（${role}）`,
	roles: { viewer: '只读', operator: '操作员', admin: '管理员' },
	switchLanguage: 'Switch to English',
	theme: '主题',
	themes: { system: '跟随系统', light: '浅色', dark: '深色' },
	close: '关闭',
	copy: (what) => `复制${what}`,
	copied: '已复制',
	copyFailed: '复制失败：浏览器未允许',
	retry: '重试',
	loading: '加载中',
	live: '实时',
	connecting: '连接中',
	stale: (ms) => `${f.ago(ms)}更新，正在重连`,
	staleExplained: '当前显示的是断线前的状态，实际情况可能已经变化。',
	neverConnected: '暂无数据：控制台没有响应，正在重试。',
	recoveryOff: '自动恢复已关闭',
	recoveryOn: '自动恢复已开启',
	ensembleDown: (sinceAtMs, seenAtMs) =>
		seenAtMs === null
			? `ZooKeeper 自 ${f.time(sinceAtMs)} 起没有响应，尚未读到任何成员。`
			: `ZooKeeper 自 ${f.time(sinceAtMs)} 起没有响应，当前显示的是 ${f.time(seenAtMs)} 时的成员。`,
	impairedSince: (ms) => `已持续 ${f.duration(ms)}`,
	impairments: {
		'zookeeper-disconnected': 'Rollcall 与 ZooKeeper 的会话已断开。恢复之前无法判定下线，也无法清除。',
		'zookeeper-never-connected': 'Rollcall 尚未连上 ZooKeeper。请检查配置中的地址，并确认集群已启动。',
		'sweeps-incomplete':
			'未能看到全部 ZooKeeper 服务器，因此无法证明成员下线。请在每台服务器上启用 AdminServer 或四字命令。',
		'loop-pauses': '本控制台自身出现卡顿，期间的观测不作为证据。',
		'latch-elsewhere': '该集群的清除操作由另一台控制台负责，请到那里执行。',
		'audit-unavailable': '审计日志无法写入，恢复之前不会执行任何清除。',
		'outbox-stuck': '有审计记录仍暂存在 ZooKeeper 中，等待写入数据库。',
		'tripwires-at-limit':
			'本控制台的文件描述符已用尽，无法再与更多成员保持长连接。其余成员只能靠探测，证明下线会更慢；请调高打开文件数上限。',
		'observers-too-few': '正在观察的观察者少于策略要求，无法凭拒绝连接证明下线。请在其他故障域启动更多控制台或代理。',
	},
	notFoundTitle: '此地址没有内容',
	notFoundText: '链接可能已经失效，或者该集群不在本控制台的配置中。',
	toClusters: '前往集群列表',
	errorTitle: '页面无法显示',
	errorText: '问题出在控制台，不在您的集群，成员仍在持续监测。请重试；若仍然失败，可在控制台日志中查看原因。',
	errorReference: (digest) => `日志检索编号：${digest}`,
	forbiddenTitle: '当前角色无权访问',
	forbiddenText: '您已登录，但此页面需要其他角色，可请管理员调整。',
	offlineTitle: '控制台没有响应',
	offlineText: '最近一次请求失败，每隔几秒会自动重试。',
	signedOutTitle: '您已退出登录',
	signedOutText: '登录已过期，重新登录后会回到本页。',
};
