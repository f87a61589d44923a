/**
 * Stands in for the SDK's chain of credential providers in the bundles. Lambda puts the role's credentials into the
 * environment; the other providers (profiles, SSO, containers, instances) would only have to be loaded.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
