import { buildConnector, errors } from 'undici';

/**
 * Connects within so many milliseconds. undici's own limit is looked at twice a second and comes up to half a second late; it
 * still closes what this one has given up.
 */
export function promptConnector(options: buildConnector.BuildOptions & { readonly timeout: number }): buildConnector.connector {
  const connect = buildConnector(options);
  return (target, callback) => {
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      callback(new errors.ConnectTimeoutError(), null);
    }, options.timeout);
    connect(target, (...result) => {
      clearTimeout(timer);
      if (isOver) result[1]?.destroy();
      else callback(...result);
    });
  };
}
