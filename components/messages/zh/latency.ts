import type { latency as english } from '../en/latency';
import { FORMATS } from '../format';

const f = FORMATS.zh;

export const latency: typeof english = {
	title: '心跳延迟',
	empty: '尚无探测结果。',
	summary: (rounds, medianMs, p95Ms, maxMs, gaps) => {
		const figures =
			medianMs === null || p95Ms === null || maxMs === null
				? '均无应答'
				: `中位数 ${f.latency(medianMs)}，P95 ${f.latency(p95Ms)}，最大 ${f.latency(maxMs)}`;
		const missed = gaps === 0 ? '全部有应答' : `${f.number(gaps)} 次无应答`;
		return `最近 ${f.number(rounds)} 次探测：${figures}，${medianMs === null ? `共 ${f.number(gaps)} 次` : missed}。`;
	},
	seriesTime: '时间',
	series: '延迟（毫秒）',
	results: { accepted: '有应答', refused: '拒绝连接', 'timed-out': '无应答', failed: '失败' },
};
