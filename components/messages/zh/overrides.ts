import { type Facts, textFact } from '@/components/purge/facts';
import type { overrides as english, secondPersonCodes as englishCodes } from '../en/overrides';
import { FORMATS } from '../format';

const f = FORMATS.zh;

export const secondPersonCodes: typeof englishCodes = {
	'second-person-needed': () => '强制确认须由两人完成：还需第二位管理员批准。',
	'second-person-same': () => '申请人不能批准自己的强制确认。',
	'second-person-no-token': () => '须由两人完成的强制确认只接受已登录的人员，不接受 API 令牌。',
	'second-person-no-admin': () => '强制确认的两人都必须是管理员。',
	'approval-of-another': () => '所批准的是另一个实例，当前实例未受影响。',
	'second-person-approved': (facts: Facts) => {
		const [requester, asker] = [textFact(facts, 'requester'), textFact(facts, 'asker')];
		return requester === null || asker === null ? '已批准' : `${requester}、${asker}`;
	},
};

export const overrides: typeof english = {
	title: '等待第二位管理员批准',
	sentence: (requester, id, reason) => `${requester} 申请在没有下线证明的情况下清除 ${id}：${reason}`,
	expires: (ms) => (ms <= 0 ? '即将过期。' : `${f.countdown(ms)}后过期。`),
	mine: '由您申请，须由另一位管理员批准。',
	notAdmin: '须由管理员批准。',
	unknown: '暂时无法从 ZooKeeper 读取等待批准的强制确认。',
	approve: (id) => `批准清除 ${id}`,
	withdraw: (id) => `撤回对 ${id} 的清除申请`,
	approveShort: '批准',
	withdrawShort: '撤回',
	approveText: (requester, id) =>
		`${requester} 确信 ${id} 已下线，而 Rollcall 无法证明。请您自行通过其他途径核实：万一它仍然存活，就会在接替者取得其 ID、锁和任务之后继续工作。所有防护检查会重新核对，若出现存活迹象，清除仍会被阻止。`,
	withdrawText: (id) => `撤回后任何人都不能再批准，${id} 保持不变。`,
	requestReason: '申请原因',
	reason: '您的原因（记入审计日志）',
	reasonMissing: '请填写原因。',
	recorded: '将以两人的名义连同证据一并记录。',
	sending: '正在发送',
	approving: '正在重新核对所有防护检查并清除',
	cancel: '取消',
	done: '关闭',
	refused: (detail) => `没有执行任何操作。控制台拒绝了请求：${detail}`,
	unanswered: (detail) => `没有收到答复（${detail}）。操作可能已经完成，请先查看审计日志再决定是否重试。`,
};
