/** How a subscription hands itself over: by a RAM resource share, or by an endpoint service. */
export type Contract = 'resource-share' | 'endpoint-service';
