// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {AIModelTrainingV2} from "../../src/AIModelTrainingV2.sol";
import {IAIModelTrainingV2} from "../../src/IAIModelTrainingV2.sol";
import {Vm, vm} from "../Vm.sol";

/// @notice A deployed escrow, wallets with money, and short ways to bring a job to any state.
abstract contract EscrowTestV2 {
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant STAKE = 1 ether;
    uint16 internal constant FEE_BPS = 500;
    uint256 internal constant FEE = 0.05 ether;
    uint256 internal constant SHARE = (STAKE - FEE) / 3;
    uint256 internal constant BOND = SHARE / 10;
    address internal constant BURNT = 0x000000000000000000000000000000000000dEaD;
    uint256 internal constant ALICE_KEY = 0xA11CE;
    uint256 internal constant DELEGATE_KEY = 0xDE1E;
    uint256 internal constant REQUESTER_KEY = 0x4E9;

    address internal immutable aggregator = address(0xA0002);
    address internal immutable feeReceiver = address(0xA0003);
    address internal immutable stranger = address(0xA0004);
    address internal immutable referee = address(0xA0005);
    address internal immutable bob = address(0xB0B01);
    address internal immutable carol = address(0xCA401);
    address internal immutable dave = address(0xDA7E1);
    address internal requester;
    address internal alice;
    address internal delegate;

    AIModelTrainingV2 internal escrow;

    string internal constant SPEC = "bafkreispec";
    string internal constant ADAPTER = "bafkreiadapter";
    string internal constant REASON = "bafkreireason";
    string internal constant EVIDENCE = "bafkreievidence";
    string internal constant RESULT = "bafkreiresult";

    function setUp() public virtual {
        vm.warp(START);
        requester = vm.addr(REQUESTER_KEY);
        alice = vm.addr(ALICE_KEY);
        delegate = vm.addr(DELEGATE_KEY);
        escrow = new AIModelTrainingV2(FEE_BPS, feeReceiver);
        address[6] memory wallets = [requester, aggregator, stranger, alice, bob, carol];
        for (uint256 i = 0; i < wallets.length; ++i) {
            vm.deal(wallets[i], 1_000 ether);
        }
        vm.deal(dave, 1_000 ether);
    }

    // ── Terms and moves ─────────────────────────────────────────────────────────────────────────────────────

    /// Two of three contributors, a day to accept, an hour to train, two hours to review, the highest bond, no referee.
    function terms() internal view returns (IAIModelTrainingV2.Terms memory) {
        return IAIModelTrainingV2.Terms({
            kind: 0,
            minContributors: 2,
            maxContributors: 3,
            permitOnly: false,
            bondBps: 1_000,
            acceptBy: uint40(block.timestamp + 1 days),
            trainingPeriod: 1 hours,
            reviewPeriod: 2 hours,
            aggregator: aggregator,
            referee: address(0),
            specCid: SPEC
        });
    }

    /// The same with a referee.
    function refereedTerms() internal view returns (IAIModelTrainingV2.Terms memory terms_) {
        terms_ = terms();
        terms_.referee = referee;
    }

    function createJob() internal returns (uint256) {
        return createJob(terms());
    }

    function createJob(IAIModelTrainingV2.Terms memory terms_) internal returns (uint256) {
        vm.prank(requester);
        return escrow.createJob{value: STAKE}(terms_);
    }

    function accept(uint256 jobId, address contributor) internal {
        uint256 bondWei = escrow.getJob(jobId).bondWei;
        vm.prank(contributor);
        escrow.acceptJob{value: bondWei}(jobId, delegate);
    }

    function submit(uint256 jobId, address contributor) internal {
        vm.prank(contributor);
        escrow.submitAdapter(jobId, contributor, ADAPTER);
    }

    function deliver(uint256 jobId, address contributor) internal {
        accept(jobId, contributor);
        submit(jobId, contributor);
    }

    /// Not provable: without a referee it takes effect at once and burns nothing.
    function reject(uint256 jobId, address contributor) internal {
        reject(jobId, contributor, false);
    }

    function reject(uint256 jobId, address contributor, bool provable) internal {
        vm.prank(aggregator);
        escrow.rejectAdapter(jobId, contributor, REASON, provable);
    }

    function appeal(uint256 jobId, address contributor) internal {
        vm.prank(contributor);
        escrow.appealRejection(jobId, contributor, EVIDENCE);
    }

    function rule(uint256 jobId, address contributor, bool overturned) internal {
        vm.prank(referee);
        escrow.ruleAppeal(jobId, contributor, overturned, REASON);
    }

    /// By anybody.
    function enforce(uint256 jobId, address contributor) internal {
        vm.prank(stranger);
        escrow.enforceRejection(jobId, contributor);
    }

    function complete(uint256 jobId, address[] memory contributors) internal {
        vm.prank(aggregator);
        escrow.completeJob(jobId, RESULT, contributors);
    }

    /// A job that alice and bob have delivered to.
    function createDeliveredJob() internal returns (uint256 jobId) {
        jobId = createJob();
        deliver(jobId, alice);
        deliver(jobId, bob);
    }

    /// A refereed job that alice and bob have delivered to, and alice's delivery is rejected.
    function createContestedJob(bool provable) internal returns (uint256 jobId) {
        jobId = createJob(refereedTerms());
        deliver(jobId, alice);
        deliver(jobId, bob);
        reject(jobId, alice, provable);
    }

    /// A job that has ended.
    function createClosedJob() internal returns (uint256 jobId) {
        jobId = createDeliveredJob();
        complete(jobId, list(alice, bob));
    }

    function list() internal pure returns (address[] memory contributors) {}

    function list(address a) internal pure returns (address[] memory contributors) {
        contributors = new address[](1);
        contributors[0] = a;
    }

    function list(address a, address b) internal pure returns (address[] memory contributors) {
        contributors = new address[](2);
        (contributors[0], contributors[1]) = (a, b);
    }

    function list(address a, address b, address c) internal pure returns (address[] memory contributors) {
        contributors = new address[](3);
        (contributors[0], contributors[1], contributors[2]) = (a, b, c);
    }

    function sign(uint256 key, uint256 jobId, address contributor, string memory cid)
        internal
        view
        returns (bytes memory)
    {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, submissionDigest(jobId, contributor, cid));
        return abi.encodePacked(r, s, v);
    }

    function signPermit(uint256 key, uint256 jobId, address contributor)
        internal
        view
        returns (bytes memory)
    {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, permitDigest(jobId, contributor));
        return abi.encodePacked(r, s, v);
    }

    /// For the delegate of the tests.
    function signAcceptance(uint256 key, uint256 jobId, address contributor, uint256 signedUntil)
        internal
        view
        returns (bytes memory)
    {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, acceptanceDigest(jobId, contributor, signedUntil));
        return abi.encodePacked(r, s, v);
    }

    function acceptanceDigest(uint256 jobId, address contributor, uint256 signedUntil)
        internal
        view
        returns (bytes32)
    {
        bytes32 acceptance = keccak256(
            abi.encode(
                keccak256(
                    "Acceptance(uint256 jobId,address contributor,address delegate,uint256 signedUntil)"
                ),
                jobId,
                contributor,
                delegate,
                signedUntil
            )
        );
        return keccak256(abi.encodePacked("\x19\x01", domainSeparator(), acceptance));
    }

    function permitDigest(uint256 jobId, address contributor) internal view returns (bytes32) {
        bytes32 permit = keccak256(
            abi.encode(keccak256("SlotPermit(uint256 jobId,address contributor)"), jobId, contributor)
        );
        return keccak256(abi.encodePacked("\x19\x01", domainSeparator(), permit));
    }

    /// EIP-712, written out from the standard and not with the contract's own code.
    function submissionDigest(uint256 jobId, address contributor, string memory cid)
        internal
        view
        returns (bytes32)
    {
        bytes32 submission = keccak256(
            abi.encode(
                keccak256("Submission(uint256 jobId,address contributor,string adapterCid)"),
                jobId,
                contributor,
                keccak256(bytes(cid))
            )
        );
        return keccak256(abi.encodePacked("\x19\x01", domainSeparator(), submission));
    }

    function domainSeparator() private view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("TrainChain"),
                keccak256("2"),
                block.chainid,
                address(escrow)
            )
        );
    }

    // ── Expectations ────────────────────────────────────────────────────────────────────────────────────────

    error NotEqual(string what, uint256 actual, uint256 expected);
    error NotTrue(string what);

    function assertEq(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert NotEqual(what, actual, expected);
    }

    function assertEq(address actual, address expected, string memory what) internal pure {
        assertEq(uint160(actual), uint160(expected), what);
    }

    function assertTrue(bool condition, string memory what) internal pure {
        if (!condition) revert NotTrue(what);
    }

    function assertStatus(uint256 jobId, IAIModelTrainingV2.JobStatus expected) internal view {
        assertEq(uint8(escrow.getJob(jobId).status), uint8(expected), "job status");
    }

    function assertSlot(uint256 jobId, address contributor, IAIModelTrainingV2.SlotStatus expected)
        internal
        view
    {
        assertEq(uint8(escrow.getSlot(jobId, contributor).status), uint8(expected), "slot status");
    }

    /// Expects the next call to revert with a custom error and its values.
    function expectError(bytes memory encodedError) internal {
        vm.expectRevert(encodedError);
    }

    /// Maps a fuzzed number into [low, high].
    function bound(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + value % (high - low + 1);
    }
}
