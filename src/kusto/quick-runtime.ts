// biome-ignore lint/suspicious/noExplicitAny: objects of the runtime, which has no usable types.
type Foreign = any;

/**
 * The engine is C# on a runtime of JavaScript that asks, for every item of a list and every cast, what the thing is: it makes
 * names of methods out of texts and searches lists of interfaces. A third of a query's binding goes there. These are the same
 * answers, remembered by type; whatever is not the common case goes to the runtime's own way.
 */
export function quickenRuntime({ Bridge, System }: { readonly Bridge: Foreign; readonly System: Foreign }): void {
  quickenLists(Bridge, System);
  quickenCasts(Bridge, System);
  quickenGenerics(Bridge);
  quickenReferences(Bridge, System);
}

/** What stands for C#'s `ref` and `out`: `v` is the variable, a property `name` of `holder`, or without a name `holder` itself. */
class Reference {
  constructor(
    private holder: Foreign,
    private readonly name: Foreign,
  ) {}

  get v(): Foreign {
    return this.name == null ? this.holder : this.holder[this.name];
  }

  set v(value: Foreign) {
    if (this.name != null) this.holder[this.name] = value;
    else if (value?.$clone) value.$clone(this.holder);
    else this.holder = value;
  }
}

/** The runtime defines the property anew for each reference, which makes every one of them a class of its own. */
function quickenReferences(Bridge: Foreign, System: Foreign): void {
  Bridge.ref = (holder: Foreign, name: Foreign): Foreign =>
    new Reference(holder, Bridge.isArray(name) ? System.Array.toIndex(holder, name) : name);
}

/** A generic type's instances are a list that is searched from its start for every `new List<T>`. */
function quickenGenerics(Bridge: Foreign): void {
  const { getCachedType } = Bridge.Class;
  Bridge.Class.getCachedType = (generic: Foreign, args: ArrayLike<Foreign>): Foreign => {
    if (args.length !== 1) return getCachedType(generic, args);
    generic.$byArgument ??= new Map();
    let found = generic.$byArgument.get(args[0]);
    if (!found) {
      found = getCachedType(generic, args);
      if (found) generic.$byArgument.set(args[0], found);
    }
    return found;
  };
}

interface ListMethods {
  readonly item: string;
  readonly count: string;
}

function quickenLists(Bridge: Foreign, System: Foreign): void {
  const { getItem, getCount } = System.Array;
  const known = new Map<Foreign, ListMethods>();
  const methodsOf = (type: Foreign): ListMethods => {
    let names = known.get(type);
    if (!names) {
      const alias = Bridge.getTypeAlias(type);
      names = {
        item: `System$Collections$Generic$IList$1$${alias}$getItem`,
        count: `System$Collections$Generic$ICollection$1$${alias}$getCount`,
      };
      known.set(type, names);
    }
    return names;
  };
  System.Array.getItem = (list: Foreign, at: number, type: Foreign): Foreign => {
    if (!type || list == null) return getItem(list, at, type);
    if (Array.isArray(list)) return list[at];
    const { item } = methodsOf(type);
    return typeof list[item] === 'function' ? list[item](at) : getItem(list, at, type);
  };
  System.Array.getCount = (list: Foreign, type: Foreign): number => {
    if (Array.isArray(list)) return list.length;
    if (!type || list == null) return getCount(list, type);
    const { count } = methodsOf(type);
    if (typeof list[count] === 'function') return list[count]();
    return typeof list.Count === 'number' ? list.Count : getCount(list, type);
  };
}

function quickenCasts(Bridge: Foreign, System: Foreign): void {
  const { is } = Bridge;
  const interfaces = new Map<Foreign, Map<Foreign, boolean>>();
  const implementsIt = (value: Foreign, type: Foreign, own: Foreign): boolean => {
    let known = interfaces.get(own);
    if (!known) {
      known = new Map();
      interfaces.set(own, known);
    }
    let answer = known.get(type);
    if (answer === undefined) {
      answer = is(value, type) as boolean;
      known.set(type, answer);
    }
    return answer;
  };
  Bridge.is = (value: Foreign, type: Foreign, ignore: Foreign, allowNull: Foreign): Foreign => {
    if (value == null) return !!allowNull;
    if (typeof value !== 'object' || value.$boxed || typeof type !== 'function' || Array.isArray(value)) {
      return is(value, type, ignore, allowNull);
    }
    if (value instanceof type) return true;
    const own = value.constructor;
    // An interface of a class of the engine's: the answer is its type's, not the value's.
    if (type.$isInterface && own?.$$name && own.$kind === 'class' && own !== System.Object && !type.$is) {
      return implementsIt(value, type, own);
    }
    return is(value, type, ignore, allowNull);
  };
}
