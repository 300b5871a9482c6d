/** The cluster last looked at in any tab: for the server, which draws the frame before a script can say which tab this is. */
export const CLUSTER_COOKIE = 'rc-cluster';
