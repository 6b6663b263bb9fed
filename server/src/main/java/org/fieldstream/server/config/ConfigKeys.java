package org.fieldstream.server.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The keys of a record of records: their types, the values a configuration has, and the way back
 * from texts to records.
 */
final class ConfigKeys {
  /**
   * One key.
   *
   * @param section component of the outer record
   * @param name component of the inner record
   * @param type int, long or String
   * @param secret whether the value must not be printed
   */
  record Key(String section, String name, Class<?> type, boolean secret) {
    String path() {
      return section + '.' + name;
    }

    /** The environment variable, for example {@code FIELDSTREAM_SERVER_GRPC_PORT}. */
    String variable() {
      String words = name.replaceAll("([a-z0-9])([A-Z])", "$1_$2");
      return ConfigLoader.PREFIX + (section + '_' + words).toUpperCase(Locale.ROOT);
    }
  }

  private ConfigKeys() {}

  /** All keys by path, in order of declaration. */
  static Map<String, Key> of(Class<? extends Record> type) {
    Map<String, Key> keys = new LinkedHashMap<>();
    for (RecordComponent section : type.getRecordComponents()) {
      for (RecordComponent component : section.getType().getRecordComponents()) {
        Key key =
            new Key(
                section.getName(),
                component.getName(),
                component.getType(),
                component.isAnnotationPresent(Secret.class));
        keys.put(key.path(), key);
      }
    }
    return keys;
  }

  /** The values of a configuration by path. */
  static Map<String, Object> values(Record config) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (RecordComponent section : config.getClass().getRecordComponents()) {
      Object inner = read(section, config);
      for (RecordComponent component : section.getType().getRecordComponents()) {
        values.put(section.getName() + '.' + component.getName(), read(component, inner));
      }
    }
    return values;
  }

  /** The records of values by path. */
  static <C extends Record> C build(Class<C> type, Map<String, Object> values) {
    Object[] sections =
        Arrays.stream(type.getRecordComponents())
            .map(
                section ->
                    create(
                        section.getType(),
                        Arrays.stream(section.getType().getRecordComponents())
                            .map(c -> values.get(section.getName() + '.' + c.getName()))
                            .toArray()))
            .toArray();
    return type.cast(create(type, sections));
  }

  /** A text as a value of a key's type. */
  static Object parse(Key key, String text, String origin) {
    try {
      if (key.type() == int.class) {
        return Integer.valueOf(text.strip());
      }
      if (key.type() == long.class) {
        return Long.valueOf(text.strip());
      }
    } catch (NumberFormatException e) {
      throw new ConfigException(
          key.path() + ": " + text + " (expected: a whole number), from " + origin);
    }
    return text;
  }

  private static Object create(Class<?> type, Object[] arguments) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof ConfigException bad) {
        throw bad;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object read(RecordComponent component, Object of) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
