import { compareVersions } from "../package/lenientVersion.ts";

/** What a person may ask for of a package; an absent version means the newest. */
export interface VersionWish {
  readonly appVersion?: string;
  readonly operatorVersion?: string;
}

/** The versions of a package. */
export interface PackageVersions {
  readonly operatorVersion: string;
  readonly appVersion?: string;
}

/** True when a package is what was asked for. */
export function fitsWish(versions: PackageVersions, { appVersion, operatorVersion }: VersionWish): boolean {
  return (
    (appVersion === undefined || versions.appVersion === appVersion) &&
    (operatorVersion === undefined || versions.operatorVersion === operatorVersion)
  );
}

/** Sorts the newest first: by app version, then by operator version; what is no version comes last. */
export function newestFirst(a: PackageVersions, b: PackageVersions): number {
  return (
    compareVersions(b.appVersion ?? "", a.appVersion ?? "") ||
    compareVersions(b.operatorVersion, a.operatorVersion)
  );
}

/** The wish and nothing else: what holds it may hold more. */
export function wishOf({ appVersion, operatorVersion }: VersionWish): VersionWish {
  return {
    ...(appVersion !== undefined && { appVersion }),
    ...(operatorVersion !== undefined && { operatorVersion }),
  };
}

/** For messages: `0.3.0 (app 3.4.14)`. */
export function versionText({ operatorVersion, appVersion }: PackageVersions): string {
  return appVersion ? `${operatorVersion} (app ${appVersion})` : operatorVersion;
}

/** For messages: `operator version 0.3.0 and app version 3.4.14`. */
export function wishText({ operatorVersion, appVersion }: VersionWish): string {
  const parts = [
    operatorVersion !== undefined && `operator version ${operatorVersion}`,
    appVersion !== undefined && `app version ${appVersion}`,
  ];
  return parts.filter((part) => part !== false).join(" and ");
}
