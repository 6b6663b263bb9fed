package org.fieldstream.kernels.machine.aparapi;

import com.aparapi.Config;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What Aparapi says while it runs: it logs why a device failed and then fails with another message.
 */
final class AparapiLog {
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(AparapiLog.class);

  /** Held here, since java.util.logging forgets loggers and their handlers that nobody holds. */
  private static final Logger APARAPI = Logger.getLogger(Config.getLoggerName());

  private static final ThreadLocal<@Nullable String> REASON = new ThreadLocal<>();

  static {
    APARAPI.setUseParentHandlers(false);
    APARAPI.addHandler(
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            if (record.getLevel().intValue() < Level.WARNING.intValue()) {
              return;
            }
            LOG.debug("{}", record.getMessage(), record.getThrown());
            if (REASON.get() == null) {
              REASON.set(record.getMessage());
            }
          }

          @Override
          public void flush() {
            // Nothing is buffered.
          }

          @Override
          public void close() {
            // Nothing is held.
          }
        });
  }

  private AparapiLog() {}

  /** Forgets what this thread was told. */
  static void clear() {
    REASON.remove();
  }

  /** The first warning since {@link #clear} in this thread, or what is given if there was none. */
  static String reason(String otherwise) {
    String reason = REASON.get();
    return reason == null ? otherwise : reason;
  }
}
