import type { evidence as english } from '../en/evidence';
import { FORMATS } from '../format';

const f = FORMATS.zh;

export const evidence: typeof english = {
	health: '健康检查',
	healthNone: '尚未检查过',
	healthResults: {
		answered: (status) => (status === null ? '有应答' : `应答 ${status}`),
		'wrong-status': (status) => (status === null ? '应答状态不符' : `应答 ${status}，状态不符`),
		'timed-out': () => '无应答',
		refused: () => '拒绝',
		failed: () => '失败',
	},
	identities: {
		own: '应答中报出了该会话本身。',
		other: '应答中报出的是另一个会话：该地址已属于其他进程。',
		none: '应答未表明身份。',
	},
	otherIs: (sessionId, endpoint) => `在 ${endpoint} 应答的是会话 ${sessionId}。`,
	failures: (n, ms) => `连续失败 ${f.number(n)} 次${ms === null ? '' : `，已持续 ${f.duration(ms)}`}`,
	session: '会话',
	progress: (ms) => `最近一次通信在 ${f.ago(ms)}`,
	noProgress: '尚未看到通信',
	latencyByServers: (ms) => `服务器平均 ${f.latency(ms)} 应答它`,
	remote: (ip) => `来自 ${ip}`,
	expires: (ms) => (ms > 0 ? `若再无消息，${f.countdown(ms)}后过期` : '即将过期'),
	forgotten: '遗忘',
	forgottenExplained:
		'ZooKeeper 自身是否已不再记得该会话：唯一的 Leader 的 dump 中没有它。相隔一个 tick 读到两次才算数。',
	forgottenOnce: (ms, tickMs) => `${f.ago(ms)}读到 Leader 的 dump 中没有它；还需在 ${f.duration(tickMs)}后再次确认`,
	forgottenTwice: (ms) => `Leader 的 dump 中没有它已有 ${f.duration(ms)}，两次读取均确认`,
	exitReport: '退出报告',
	exitBy: (reporter) => `由 ${reporter} 报告已退出`,
	others: '其他观察者',
	othersColumns: { says: '说法', read: '读取', counts: '计票' },
	refusedAt: (n) => `${f.number(n)} 个地址拒绝`,
	timedOutAt: (n) => `${f.number(n)} 个无应答`,
	suspects: '表示怀疑',
	othersSay: (n, counting) =>
		`另有 ${f.number(n)} 个观察者也怀疑它，${counting === n ? '均计票。' : counting === 0 ? '暂不计票。' : `其中 ${f.number(counting)} 个计票。`}`,
	exitSentence: (reporter, ms) => `${reporter} 于 ${f.ago(ms)}报告它已退出。`,
	raised: (ms) => `${f.ago(ms)}首次提出`,
	standings: {
		counts: '是。',
		'read-too-long-ago': '否：2 秒内没有重新读到。',
		'observer-without-progress': '否：此后该观察者自己的会话没有通信。',
		'tripwire-not-held': '否：该观察者此前没有与成员保持满 5 秒的连接。',
		'not-all-refused': '否：并非所有地址都拒绝该观察者。',
	},
	phi: '静默度（φ）',
	phiExplained: '按其自身历史衡量，这段静默有多反常：8 表示一亿分之一的可能。仅供参考，从不作为证明。',
	phiOf: (value, threshold) => `${value.toFixed(1)}，阈值 ${f.number(threshold)}`,
	phiNone: '历史还太短',
	phiOver: '超过阈值',
	quantiles: '应答时间',
	quantileColumns: { p50: '中位数', p95: '95 分位', p99: '99 分位', max: '最大' },
	recent: (rounds) => `最近 ${f.number(rounds)} 次`,
	life: '观察以来',
	answeredOf: (answered, rounds) => `${f.number(rounds)} 次中 ${f.number(answered)} 次有应答`,
	threshold: (ms) => `超时 ${f.latency(ms)}`,
	conflictIn: (cluster) => `位于集群 ${cluster}`,
};
