// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AIModelTrainingV2} from "../../src/AIModelTrainingV2.sol";
import {IAIModelTrainingV2} from "../../src/IAIModelTrainingV2.sol";
import {Vm, vm} from "../Vm.sol";

/// @notice Signs whatever it is asked about (EIP-1271).
contract AgreeingWallet {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignature.selector;
    }
}

/// @notice Symbolic proofs (halmos) of the second version: each holds for every input, not for those that a fuzzer
/// happens to try. A call that reverts is a failure wherever the rules allow it: each is wrapped, and its success
/// asserted. A job has two slots and the fee is 5 %, so the loops over contributors end by themselves and none is cut
/// off. What depends on amounts is proved for every stake without a bond, and for every bond of one stake; other
/// pairs of them, more slots and other fees are left to the fuzzed tests.
contract EscrowProofsV2 {
    address private constant REQUESTER = address(0xA1);
    address private constant AGGREGATOR = address(0xA2);
    address private constant FEE_RECEIVER = address(0xA3);
    address private constant ALICE = address(0xA4);
    address private constant BOB = address(0xA5);
    address private constant REFEREE = address(0xA6);
    address private constant BURNT = 0x000000000000000000000000000000000000dEaD;
    uint256 private constant START = 1_800_000_000;
    /// After two words of EIP712 and jobCount.
    uint256 private constant WITHDRAWABLE_SLOT = 3;

    AIModelTrainingV2 private _escrow;

    function setUp() public {
        vm.warp(START);
        _escrow = new AIModelTrainingV2(500, FEE_RECEIVER);
    }

    // ── Moves that must go through ──────────────────────────────────────────────────────────────────────────

    function _do(address caller, uint256 valueWei, bytes memory data) private {
        vm.prank(caller);
        (bool done,) = address(_escrow).call{value: valueWei}(data);
        assert(done);
    }

    function _createJob(uint256 stakeWei, uint16 bondBps, uint8 minContributors) private {
        vm.deal(REQUESTER, stakeWei);
        IAIModelTrainingV2.Terms memory terms = IAIModelTrainingV2.Terms({
            kind: 0,
            minContributors: minContributors,
            maxContributors: 2,
            permitOnly: false,
            bondBps: bondBps,
            acceptBy: uint40(START + 1 days),
            trainingPeriod: 1 hours,
            reviewPeriod: 1 hours,
            aggregator: AGGREGATOR,
            referee: REFEREE,
            specCid: "spec"
        });
        _do(REQUESTER, stakeWei, abi.encodeCall(_escrow.createJob, (terms)));
    }

    function _accept(address contributor) private returns (uint256 bondWei) {
        bondWei = _escrow.getJob(1).bondWei;
        vm.deal(contributor, bondWei);
        _do(contributor, bondWei, abi.encodeCall(_escrow.acceptJob, (1, address(0))));
    }

    function _submit(address contributor) private {
        _do(contributor, 0, abi.encodeCall(_escrow.submitAdapter, (1, contributor, "adapter")));
    }

    function _reject(address contributor, bool provable) private {
        _do(AGGREGATOR, 0, abi.encodeCall(_escrow.rejectAdapter, (1, contributor, "reason", provable)));
    }

    function _both() private pure returns (address[] memory contributors) {
        contributors = new address[](2);
        (contributors[0], contributors[1]) = (ALICE, BOB);
    }

    // ── What a job comes to ─────────────────────────────────────────────────────────────────────────────────

    /// Shares, fee and remainder add up to the stake, for every stake.
    function check_a_completed_jobs_stake_adds_up(uint88 stakeWei) public {
        vm.assume(stakeWei >= 2);
        _completeOneOfTwo(stakeWei, 0);
    }

    /// The same with every bond; the absent's is burned, the other's comes back.
    function check_a_completed_jobs_bonds_add_up(uint16 bondBps) public {
        vm.assume(bondBps <= 1_000);
        _completeOneOfTwo(1 ether, bondBps);
    }

    function _completeOneOfTwo(uint256 stakeWei, uint16 bondBps) private {
        uint256 bondWei = _deliverOneOfTwo(stakeWei, bondBps, 1);
        _do(AGGREGATOR, 0, abi.encodeCall(_escrow.completeJob, (1, "result", _both())));
        _assertAllIsPaid(stakeWei + bondWei, bondWei);
    }

    /// The same where the minimum was missed and the late slot was released before.
    function check_an_expired_jobs_stake_adds_up(uint88 stakeWei) public {
        vm.assume(stakeWei >= 2);
        _expireOneOfTwo(stakeWei, 0);
    }

    function check_an_expired_jobs_bonds_add_up(uint16 bondBps) public {
        vm.assume(bondBps <= 1_000);
        _expireOneOfTwo(1 ether, bondBps);
    }

    function _expireOneOfTwo(uint256 stakeWei, uint16 bondBps) private {
        uint256 bondWei = _deliverOneOfTwo(stakeWei, bondBps, 2);
        _do(BOB, 0, abi.encodeCall(_escrow.releaseSlot, (1, BOB)));
        vm.warp(START + 1 days);
        address[] memory contributors = new address[](1);
        contributors[0] = ALICE;
        _do(AGGREGATOR, 0, abi.encodeCall(_escrow.expireJob, (1, contributors)));
        _assertAllIsPaid(stakeWei + bondWei, bondWei);
    }

    /// Alice and Bob accept, Alice submits, Bob's deadline passes.
    function _deliverOneOfTwo(uint256 stakeWei, uint16 bondBps, uint8 minContributors)
        private
        returns (uint256 bondWei)
    {
        _createJob(stakeWei, bondBps, minContributors);
        _accept(ALICE);
        bondWei = _accept(BOB);
        _submit(ALICE);
        vm.warp(START + 1 hours);
    }

    /// Alice, the requester and the fee receiver have or are owed all of it and Alice's bond, Bob nothing.
    function _assertAllIsPaid(uint256 totalWei, uint256 burntWei) private view {
        uint256 received = ALICE.balance + REQUESTER.balance + FEE_RECEIVER.balance;
        uint256 owed = _escrow.withdrawableWei(ALICE) + _escrow.withdrawableWei(REQUESTER)
            + _escrow.withdrawableWei(FEE_RECEIVER) + _escrow.withdrawableWei(BURNT);
        assert(received + BURNT.balance + owed == totalWei + burntWei);
        assert(BURNT.balance + _escrow.withdrawableWei(BURNT) == burntWei);
        assert(address(_escrow).balance == owed);
        assert(BOB.balance == 0);
    }

    /// A rejection that an ended job leaves behind gives its share and bond to exactly one side, whatever is decided.
    function check_a_contested_slot_of_an_ended_job_is_paid_out_whole(
        uint16 bondBps,
        bool provable,
        bool appeals,
        bool rules,
        bool overturned
    ) public {
        vm.assume(bondBps <= 1_000);
        _createJob(1 ether, bondBps, 1);
        _accept(ALICE);
        uint256 bondWei = _accept(BOB);
        _submit(ALICE);
        _submit(BOB);
        _reject(BOB, provable);
        _do(AGGREGATOR, 0, abi.encodeCall(_escrow.completeJob, (1, "result", _both())));
        uint256 shareWei = _escrow.getJob(1).shareWei;
        assert(address(_escrow).balance - _owedWei() == shareWei + bondWei);
        uint256 before = REQUESTER.balance + _escrow.withdrawableWei(REQUESTER);

        if (appeals) _do(BOB, 0, abi.encodeCall(_escrow.appealRejection, (1, BOB, "evidence")));
        rules = appeals && rules;
        if (rules) {
            _do(REFEREE, 0, abi.encodeCall(_escrow.ruleAppeal, (1, BOB, overturned, "reason")));
        } else {
            vm.warp(START + 3 days);
            _do(ALICE, 0, abi.encodeCall(_escrow.enforceRejection, (1, BOB)));
        }

        bool wins = rules && overturned;
        bool burns = provable && !wins && (rules || !appeals);
        uint256 bob = BOB.balance + _escrow.withdrawableWei(BOB);
        uint256 refund = REQUESTER.balance + _escrow.withdrawableWei(REQUESTER) - before;
        assert(bob == (wins ? shareWei + bondWei : burns ? 0 : bondWei));
        assert(refund == (wins ? 0 : shareWei));
        assert(BURNT.balance + _escrow.withdrawableWei(BURNT) == (burns ? bondWei : 0));
        assert(address(_escrow).balance == _owedWei());
    }

    function _owedWei() private view returns (uint256) {
        return _escrow.withdrawableWei(ALICE) + _escrow.withdrawableWei(BOB)
            + _escrow.withdrawableWei(REQUESTER) + _escrow.withdrawableWei(FEE_RECEIVER)
            + _escrow.withdrawableWei(BURNT);
    }

    // ── Time ────────────────────────────────────────────────────────────────────────────────────────────────

    /// At every moment exactly one of the two may act: the rejected by an appeal, or anybody by enforcing.
    function check_appeal_and_enforcement_never_race(uint32 wait, address caller) public {
        vm.assume(uint160(caller) > 0xFFFF);
        _createJob(1 ether, 0, 1);
        _accept(BOB);
        _submit(BOB);
        _reject(BOB, true);
        vm.warp(START + wait);
        vm.prank(BOB);
        (bool appealed,) =
            address(_escrow).call(abi.encodeCall(_escrow.appealRejection, (1, BOB, "evidence")));
        assert(appealed == (wait < 1 days));
        vm.prank(caller);
        (bool enforced,) = address(_escrow).call(abi.encodeCall(_escrow.enforceRejection, (1, BOB)));
        assert(enforced == !appealed);
    }

    /// From the manual's last moment on, whoever calls and however late, every rejection and its job are ended.
    function check_anybody_ends_a_contested_job_after_enough_time(bool appeals, uint32 later, address caller)
        public
    {
        vm.assume(uint160(caller) > 0xFFFF);
        _createJob(1 ether, 0, 2);
        _accept(ALICE);
        _accept(BOB);
        _submit(ALICE);
        _submit(BOB);
        uint256 rejectBy = START + 1 days + 2 hours;
        vm.warp(rejectBy - 1);
        _reject(BOB, true);
        vm.warp(rejectBy + 1 days - 2);
        if (appeals) _do(BOB, 0, abi.encodeCall(_escrow.appealRejection, (1, BOB, "evidence")));
        vm.warp(rejectBy + 4 days + later);
        _do(caller, 0, abi.encodeCall(_escrow.enforceRejection, (1, BOB)));
        address[] memory contributors = new address[](1);
        contributors[0] = ALICE;
        _do(caller, 0, abi.encodeCall(_escrow.expireJob, (1, contributors)));
    }

    // ── Relayed acceptances ─────────────────────────────────────────────────────────────────────────────────

    /// Whoever relays, a signature seats its wallet exactly where nothing is to be deposited and its time is not over:
    /// for the delegate that it names, and no coin moves.
    function check_a_relayed_acceptance_takes_a_slot_where_no_bond_is_asked(
        uint16 bondBps,
        uint40 signedUntil,
        uint32 wait,
        address caller,
        address delegate
    ) public {
        vm.assume(bondBps <= 1_000 && uint160(caller) > 0xFFFF);
        _createJob(1 ether, bondBps, 1);
        vm.warp(START + wait);
        address wallet = address(new AgreeingWallet());
        bytes memory data = abi.encodeCall(_escrow.acceptJobBySig, (1, wallet, delegate, signedUntil, "", ""));
        vm.prank(caller);
        (bool done,) = address(_escrow).call(data);
        assert(done == (bondBps == 0 && wait < 1 days && START + wait < signedUntil));
        assert(address(_escrow).balance == 1 ether);
        if (done) assert(_escrow.getSlot(1, wallet).delegate == delegate);
    }

    /// What was signed once is used up with the slot: whatever became of that, at no time does it seat the wallet again.
    function check_a_relayed_acceptance_is_not_replayed(
        uint8 end,
        uint32 wait,
        address caller,
        address delegate
    ) public {
        vm.assume(uint160(caller) > 0xFFFF && wait < 1 days);
        _createJob(1 ether, 0, 2);
        address wallet = address(new AgreeingWallet());
        bytes memory data =
            abi.encodeCall(_escrow.acceptJobBySig, (1, wallet, delegate, type(uint256).max, "", ""));
        _do(ALICE, 0, data);
        if (end == 0) {
            _submit(wallet);
            _reject(wallet, true);
        }
        vm.warp(START + 1 hours);
        if (end == 1) _do(BOB, 0, abi.encodeCall(_escrow.releaseSlot, (1, wallet)));
        vm.warp(START + wait);
        vm.prank(caller);
        (bool again,) = address(_escrow).call(data);
        assert(!again);
    }

    // ── What nobody can do ──────────────────────────────────────────────────────────────────────────────────

    /// A submission is paid once: after the job's end no call of anybody ends it or pays it again.
    function check_no_path_pays_a_submission_twice(uint8 end, address caller, uint256 wait) public {
        _createJob(1 ether, 0, 1);
        _accept(ALICE);
        _submit(ALICE);
        vm.warp(START + 2 days);
        address[] memory contributors = new address[](1);
        contributors[0] = ALICE;
        _do(AGGREGATOR, 0, abi.encodeCall(_escrow.completeJob, (1, "result", contributors)));
        uint256 paid = ALICE.balance + _escrow.withdrawableWei(ALICE);

        vm.assume(wait < 1_000 days);
        vm.warp(START + 2 days + wait);
        vm.prank(caller);
        (bool done,) = address(_escrow).call(_anyMove(end, contributors));
        assert(!done);
        assert(ALICE.balance + _escrow.withdrawableWei(ALICE) == paid);
    }

    function _anyMove(uint8 end, address[] memory contributors) private view returns (bytes memory) {
        if (end == 0) return abi.encodeCall(_escrow.completeJob, (1, "r", contributors));
        if (end == 1) return abi.encodeCall(_escrow.settleJob, (1, contributors));
        if (end == 2) return abi.encodeCall(_escrow.expireJob, (1, contributors));
        if (end == 3) return abi.encodeCall(_escrow.cancelJob, (1));
        if (end == 4) return abi.encodeCall(_escrow.rejectAdapter, (1, ALICE, "r", true));
        if (end == 5) return abi.encodeCall(_escrow.submitAdapter, (1, ALICE, "r"));
        if (end == 6) return abi.encodeCall(_escrow.submitAdapterBySig, (1, ALICE, "r", ""));
        if (end == 7) return abi.encodeCall(_escrow.appealRejection, (1, ALICE, "r"));
        if (end == 8) return abi.encodeCall(_escrow.ruleAppeal, (1, ALICE, true, "r"));
        if (end == 9) return abi.encodeCall(_escrow.enforceRejection, (1, ALICE));
        if (end == 10) return abi.encodeCall(_escrow.acceptJobBySig, (1, ALICE, ALICE, 2 ** 40, "", ""));
        return abi.encodeCall(_escrow.releaseSlot, (1, ALICE));
    }

    /// A delivery that the referee reinstated is not rejected again, by anybody, at any time.
    function check_a_reinstated_delivery_is_not_rejected_again(address caller, uint32 wait, bool provable)
        public
    {
        _createJob(1 ether, 0, 1);
        _accept(BOB);
        _submit(BOB);
        _reject(BOB, true);
        _do(BOB, 0, abi.encodeCall(_escrow.appealRejection, (1, BOB, "evidence")));
        _do(REFEREE, 0, abi.encodeCall(_escrow.ruleAppeal, (1, BOB, true, "reason")));
        vm.warp(START + wait);
        vm.prank(caller);
        (bool done,) =
            address(_escrow).call(abi.encodeCall(_escrow.rejectAdapter, (1, BOB, "reason", provable)));
        assert(!done);
    }

    /// Whoever withdraws gets what it is owed, at most once, and never from what others are owed.
    function check_withdrawals_never_exceed_what_is_owed(uint88 stakeWei, uint128 owedWei, address caller)
        public
    {
        vm.assume(caller != address(_escrow) && stakeWei >= 2 && owedWei > 0);
        vm.assume(uint160(caller) > 0xFFFF);
        _createJob(stakeWei, 0, 1);
        _owe(caller, owedWei);
        uint256 before = caller.balance;
        vm.prank(caller);
        (bool done,) = address(_escrow).call(abi.encodeCall(_escrow.withdraw, ()));
        assert(done);
        assert(caller.balance - before == owedWei);
        vm.prank(caller);
        (bool again,) = address(_escrow).call(abi.encodeCall(_escrow.withdraw, ()));
        assert(!again);
        assert(address(_escrow).balance >= stakeWei);
    }

    /// Puts a deferred payment and its money into the contract; the assertion holds the slot's number to the truth.
    function _owe(address wallet, uint256 owedWei) private {
        vm.deal(address(_escrow), address(_escrow).balance + owedWei);
        vm.store(address(_escrow), keccak256(abi.encode(wallet, WITHDRAWABLE_SLOT)), bytes32(owedWei));
        assert(_escrow.withdrawableWei(wallet) == owedWei);
    }
}
