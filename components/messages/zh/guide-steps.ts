import type { guideSteps as english } from '../en/guide-steps';
import { FORMATS } from '../format';

const f = FORMATS.zh;

export const guideSteps: typeof english = {
	summary: (done, all) =>
		done === all ? '全部就绪：现在任何成员下线都可以被证明。' : `${f.number(all)} 项中已就绪 ${f.number(done)} 项`,
	failedTitle: '无法检查接入情况',
	failedText: '控制台没有应答，会自动重试。',
	states: { done: '就绪', todo: '待处理', waiting: '等待中', advice: '建议' },
	more: (n) => `另有 ${f.number(n)} 个`,
	open: { ensemble: '打开 ZooKeeper 集群', recovery: '打开自动恢复' },
	steps: {
		config: {
			title: '已读取配置',
			done: '配置有效：当前使用的内容见“设置”。',
		},
		zookeeper: {
			title: 'ZooKeeper 有应答',
			done: '本控制台已建立会话并跟随该集群。',
			todo: '没有会话。请检查配置中的 `connect`、本机能否连通这些端口，以及集群要求认证或加密时的 `auth` 和 `tls`。',
		},
		root: {
			title: 'Rollcall 自己的 znode 已就绪',
			done: '可以写入锁、设置和待记录区，清除操作安全且有记录。',
			todo: '它们不存在或无法写入。请允许控制台的用户创建配置中 `rootPath` 指定的路径及其下的所有内容。',
			waiting: 'ZooKeeper 应答后即会检查。',
		},
		members: {
			title: '有成员注册',
			done: (n) => `${f.number(n)} 个成员已注册并受到监视。`,
			todo: '监视的父节点下没有任何注册。请启动一个成员，或更正配置中的 `registrations`：`path` 是临时节点的父节点。',
			waiting: 'ZooKeeper 应答后即会检查。',
			watched: (path, format, n) => `${path}（${format}）：已注册 ${f.number(n)} 个`,
			nothingWatched: '配置中的父节点在 ZooKeeper 中都还不存在。',
		},
		readable: {
			title: '注册信息可以读取',
			done: '每条注册信息都写明了地址。',
			todo: (good, all) =>
				`${f.number(all)} 条中可读取 ${f.number(good)} 条。请在配置中写明该注册的 \`format\`；使用 \`json\` 时请写明主机和端口的字段。没有地址就无法证明该成员下线。`,
			waiting: '有成员注册后即会检查。',
		},
		sessions: {
			title: '会话可以看到',
			done: '每台服务器都能列出其连接，因此知道哪个会话没有动静。',
			todo: '集群中有内容看不到，因此无法断定任何会话已消失。请按下列说明修改：',
			waiting: '尚未查看过服务器，需要几秒钟。',
		},
		answering: {
			title: '成员在其地址上有应答',
			done: '每个成员都至少应答过本控制台一次，之后的拒绝连接才有意义。',
			todo: (good, all) =>
				`${f.number(all)} 个中有 ${f.number(good)} 个应答过。其余成员与本控制台之间可能有防火墙，或其地址只在内部网络有效，因此无法证明它们下线。`,
			waiting: '有成员注册后即会检查。',
		},
		provable: {
			title: '可以证明下线',
			done: '每个成员都已具备证明所需的全部前提。',
			waiting: (good, all) =>
				all === 0
					? '从第一个成员开始。'
					: `目前 ${f.number(all)} 个成员中有 ${f.number(good)} 个具备。新成员需要几秒钟；若持续缺少，原因见成员详情。`,
		},
		observers: {
			title: '第二个观察者',
			done: (n) => `${f.number(n)} 个观察者在查看成员。`,
			advice:
				'只有本控制台：它自己的网络中断看起来就像大量成员下线，因此它会保持谨慎。请在另一个故障域再启动一个控制台，或在成员旁启动代理（`npm run agent`）。',
		},
		recovery: {
			title: '自动恢复',
			done: '已开启：经证明下线的成员会在各项保护条件内自动清除。',
			advice: '未开启：每个经证明下线的成员都由人清除。请先用演练试一次，再在“自动恢复”页开启。',
		},
	},
};
