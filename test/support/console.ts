export { type Console, type Stack, startConsole, startStack } from '@/lib/cli/stack';
