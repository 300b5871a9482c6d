import type { RegistrationConfig } from '@/lib/core/config';
import type { ParsedRegistration } from '@/lib/core/member';
import type { RegistrationParser } from '@/lib/core/ports';
import { parseAuto } from './auto';
import { toBoundedText } from './bounded-text';
import { parseCurator } from './curator';
import { parseDubbo } from './dubbo';
import { parseHbase } from './hbase';
import { withHealth } from './health-target';
import { parseJson } from './json';
import { parseKafka } from './kafka';
import type { FormatInput } from './record';
import { parseSolr } from './solr';
import { parseTurms } from './turms';

const GROUP_LENGTH_MAX = 256;

const FORMATS: Readonly<
	Record<RegistrationConfig['format'], (input: FormatInput, config: RegistrationConfig) => ParsedRegistration>
> = {
	turms: parseTurms,
	curator: parseCurator,
	kafka: parseKafka,
	dubbo: parseDubbo,
	solr: parseSolr,
	hbase: parseHbase,
	json: (input, config) => parseJson(input, config.fields),
	auto: parseAuto,
};

/**
 * Reads one znode's name and data by the configured format. Total: whatever a stranger wrote gives a row, with a reason
 * where it could not be read in full. A `group` and a `health` in the config win over the format's.
 */
export const parseRegistration: RegistrationParser = ({ path, data, config }) => {
	const parsed = withHealth(FORMATS[config.format]({ path, data }, config), data, config.health);
	return config.group === null ? parsed : { ...parsed, group: toBoundedText(config.group, GROUP_LENGTH_MAX) };
};
